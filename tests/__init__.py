from . import test_accounting, test_accounting_setup, test_earning_pos, test_engine, test_queries
from . import test_history, test_portal, test_portal_access, test_tour_portal
