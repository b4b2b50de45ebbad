"""What a deploy needs beside Python: Node, Terraform, the cdktf command line. Standard library only."""
