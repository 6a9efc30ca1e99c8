import { ProductListPage } from "@pos_self_order/app/pages/product_list_page/product_list_page";
import { ClubChip } from "@loyalty_club/kiosk/components/club_chip/club_chip";

ProductListPage.components = { ...ProductListPage.components, ClubChip };
