module solution

go 1.18
