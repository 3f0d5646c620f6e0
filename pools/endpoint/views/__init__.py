"""What the endpoint answers, by service: identity, billing, and the pool service's own resources."""
