"""What several tests need: strategies for facts, histories told to a ledger, and independent recomputations."""
