from . import (
    portal,
    portal_claim,
    portal_code,
    portal_credit,
    portal_guest,
    portal_profile,
    portal_reward,
    portal_voucher,
    self_order,
    self_order_spend,
    shop,
    shop_voucher,
)
