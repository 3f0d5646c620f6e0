"""The house itself: that it starts, stops, keeps its contracts, its settings and its promises on paper."""
