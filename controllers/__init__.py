from . import portal, portal_claim, portal_code, portal_guest, portal_profile, portal_reward, shop, shop_voucher
