"""What this app does: match, price, receive, reprice, fetch annexes, choose products."""
