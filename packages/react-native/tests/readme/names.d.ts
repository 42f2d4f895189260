// The snippet of the README is a whole program.
export {}
