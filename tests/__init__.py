from . import test_accounting, test_accounting_setup, test_api, test_earning_pos, test_earning_sale, test_engine, test_queries
from . import test_history, test_portal, test_portal_access, test_tour_portal
from . import test_dates, test_erase, test_farewell, test_holds, test_ledger, test_ledger_random, test_merge, test_prove, test_races, test_reconcile
from . import test_demo
from . import test_access, test_program, test_screens, test_tour_office
from . import test_pos_capture, test_pos_tender, test_pos_tender_refund, test_tour_pos
from . import test_attacks_pos
