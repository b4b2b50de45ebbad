"""What a deploy needs besides Python: Node, Terraform, the cdktf command line. Standard library only."""
