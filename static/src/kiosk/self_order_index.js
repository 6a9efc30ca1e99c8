import { selfOrderIndex } from "@pos_self_order/app/self_order_index";
import { MemberPage } from "@loyalty_club/kiosk/pages/member_page/member_page";

selfOrderIndex.components = { ...selfOrderIndex.components, MemberPage };
