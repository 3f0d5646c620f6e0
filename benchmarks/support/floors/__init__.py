"""What the product is held against: views that do nothing but what every such view must."""
