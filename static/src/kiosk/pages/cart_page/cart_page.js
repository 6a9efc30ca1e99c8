import { CartPage } from "@pos_self_order/app/pages/cart_page/cart_page";
import { ClubCart } from "@loyalty_club/kiosk/components/club_cart/club_cart";
import { ClubChip } from "@loyalty_club/kiosk/components/club_chip/club_chip";

CartPage.components = { ...CartPage.components, ClubCart, ClubChip };
