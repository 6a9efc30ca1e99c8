from . import (
    base_module_uninstall,
    base_partner_merge,
    club_adjust,
    club_import,
    club_participation,
    club_print_cards,
    club_regroup,
    club_release,
    club_use_points,
    club_voucher_refund,
    club_use_reward,
    club_why,
)
