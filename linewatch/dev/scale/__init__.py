"""How far one deployment goes: quotas on paper, backlogs in a discrete-event simulation."""
