"""The OpenAPI document of Linewatch's own routes."""
