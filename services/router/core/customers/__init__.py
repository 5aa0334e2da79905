"""What customers are told of their own interaction: a receipt, and once that it takes longer."""
