"""What the ledger keeps of a model: versions, answers and approvals, releases, looks."""
