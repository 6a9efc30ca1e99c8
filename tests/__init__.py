from . import test_accounting, test_accounting_setup, test_earning_pos, test_engine, test_queries
