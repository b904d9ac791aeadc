"""Keys, roles, scopes and the authorizer: who may do what."""
