package crm

// Done is what is known of a request that was marked to be done once.
type Done struct {
	Body   string // the hash of what was sent
	Batch  int64  // what it wrote
	Answer []byte // as it was sent; nil when it was lost
}
