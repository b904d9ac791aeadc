"""The capacity of one deployment: quotas by calculation, backlogs by discrete-event simulation."""
