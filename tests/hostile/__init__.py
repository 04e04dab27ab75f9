"""What people, programs and bytes can do to a real server over real sockets; none of it may matter to anybody else."""
