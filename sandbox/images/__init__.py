"""Container images: folders of programs, registered under an address, as ECR has them."""
