package ident

// Once marks a request that its sender may send again when its answer was lost: what it writes is written once. Both are
// hashes. The zero Once marks nothing.
type Once struct {
	Key  string // of the person, the route and the key that the sender chose
	Body string // of what was sent, since a key stands for one request only
}
