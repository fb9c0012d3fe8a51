"""What may happen: facts, their rules, and the ledger that keeps them."""
