"""`pipeline review`: a reviewer's decisions about a run, stored beside it."""
