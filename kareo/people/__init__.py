"""Who may sign in: users and their roles, wrong passwords, and where a log-in comes from."""
