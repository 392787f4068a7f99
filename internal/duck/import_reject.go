package duck

import (
	"strconv"

	"openclaw/internal/crm"
)

// rejectsKept is how many rejects of a source an import hands back itself; Reject of its options gets them all.
const rejectsKept = 100

// rejection makes a reject, but for its line, of what its row of import_rejected has.
type rejection func(a, b string, n int64) crm.Reject

// beginRejects makes import_rejected, where all rejects wait: there may be as many as there are rows.
func (in *importing) beginRejects() error {
	_, err := in.tx.exec("CREATE TEMP TABLE import_rejected (source INTEGER, line BIGINT, reason INTEGER, a VARCHAR, b VARCHAR, n BIGINT)")
	return wrap("make a table of rejects", err)
}

// rejectAll adds the rows of a SELECT of line, a, b and n to the rejects of a source.
func (in *importing) rejectAll(source int, rows string, why rejection) error {
	in.reasons = append(in.reasons, why)
	n, err := in.tx.exec("INSERT INTO temp.main.import_rejected SELECT " + strconv.Itoa(source) + ", x.line, " + strconv.Itoa(len(in.reasons)-1) + ", x.a, x.b, x.n FROM (" + rows + ") AS x(line, a, b, n)")
	in.loaded[source].Rejected += n
	return wrap("note the rejects of "+in.sources[source].Object, err)
}

// tellRejects gives out the rejects.
func (in *importing) tellRejects() error {
	for i, st := range in.sources {
		if err := in.tellRejectsOf(i); err != nil {
			return wrap("read the rejects of "+st.Object, err)
		}
	}
	return nil
}

func (in *importing) tellRejectsOf(source int) error {
	l := &in.loaded[source]
	if l.Rejected == 0 {
		return nil
	}
	limit := ""
	if in.tell == nil {
		limit = " LIMIT " + strconv.Itoa(rejectsKept)
	}
	rows, err := in.tx.query("SELECT line, reason, coalesce(a, ''), coalesce(b, ''), coalesce(n, 0) FROM temp.main.import_rejected WHERE source = " + strconv.Itoa(source) + " ORDER BY line" + limit)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var line, n int64
		var why int
		var a, b string
		if err := rows.Scan(&line, &why, &a, &b, &n); err != nil {
			return err
		}
		r := in.reasons[why](a, b, n)
		r.Row = line
		if len(l.Rejects) < rejectsKept {
			l.Rejects = append(l.Rejects, r)
		}
		if in.tell != nil {
			if err := in.tell(source, r); err != nil {
				return err
			}
		}
	}
	return rows.Err()
}
