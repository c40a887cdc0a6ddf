"""What a policy does over time: pressure, the month loop, what is found and what is missed."""
