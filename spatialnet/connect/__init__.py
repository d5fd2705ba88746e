"""Who to whom: rules, the connections they make, and questions about them."""
