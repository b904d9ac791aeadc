"""What every route shares: reading a request, checking the role, answering."""
