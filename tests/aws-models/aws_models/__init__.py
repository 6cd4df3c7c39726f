"""An AWS endpoint made of AWS's own service models, as botocore ships them."""
