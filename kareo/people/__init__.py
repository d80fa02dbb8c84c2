"""Who may sign in, from where and for how long; users, wrong passwords, and the access log."""
