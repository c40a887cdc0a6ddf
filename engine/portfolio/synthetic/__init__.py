"""A synthetic national portfolio whose margins match the published figures of 2022."""
