"""The official run: facts in, proposals out, with the shadow check between the two readings."""
