"""The heart: what a pool is and how an order lives. It has never heard of a browser."""
