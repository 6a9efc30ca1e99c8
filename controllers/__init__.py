from . import portal, portal_claim
