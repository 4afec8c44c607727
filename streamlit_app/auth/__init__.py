"""Who asks, and what they may do: logins, roles and the one check of both."""
