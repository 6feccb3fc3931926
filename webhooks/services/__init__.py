"""The writes of this app: `configuring` endpoints, `delivering` events to them."""
