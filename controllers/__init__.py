from . import (
    portal,
    portal_claim,
    portal_code,
    portal_guest,
    portal_profile,
    portal_reward,
    portal_voucher,
    shop,
    shop_voucher,
)
