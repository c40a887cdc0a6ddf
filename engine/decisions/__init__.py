"""From what fired to what is proposed: categories, visits, samples and sanction proposals."""
