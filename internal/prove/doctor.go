package prove

import (
	"context"
	"fmt"
	"os"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// Finding is something about the box that a person should know or mend.
type Finding struct {
	ID       string `json:"id"`
	Severity string `json:"severity"` // ok, info, warning or error
	What     string `json:"what"`
	Evidence string `json:"evidence"`
	Fix      string `json:"fix"`
}

// Doctor looks at the box.
func (p *Prover) Doctor(ctx context.Context) (any, error) {
	out := []Finding{p.database(ctx), p.disk()}
	evidence, private, err := p.filesPrivate(ctx)
	switch {
	case err != nil:
		out = append(out, Finding{"files", "error", "The data folder cannot be looked at.", err.Error(), "Check that this user owns " + p.o.Dir + "."})
	case private:
		out = append(out, Finding{"files", "ok", "Only this user reads the data.", evidence, ""})
	default:
		out = append(out, Finding{"files", "warning", "Other users of this machine can reach the data.", evidence, "chmod -R go= " + p.o.Dir})
	}
	if os.Geteuid() == 0 {
		out = append(out, Finding{"user", "warning", "OpenClaw runs as root, and needs not to.", "uid 0", "Run openclawd serve as a user of its own."})
	} else {
		out = append(out, Finding{"user", "ok", "OpenClaw runs as an ordinary user.", fmt.Sprintf("uid %d", os.Geteuid()), ""})
	}
	return append(out, Finding{"model", "info", "There is no model. Questions are answered by grammar and saved questions.", "provider: none", ""}), nil
}

func (p *Prover) database(ctx context.Context) Finding {
	schema, err := p.o.Store.Schema(ctx, ident.System())
	switch {
	case err != nil:
		return Finding{"database", "error", "The database does not answer.", err.Error(), "Look at the log: journalctl -u openclawd, or the terminal that runs openclawd serve."}
	case len(schema.Objects) == 0:
		return Finding{"database", "info", "The workspace is empty.", p.workspace(), "Bring a file: openclawd import FILE, or made-up data: openclawd demo"}
	}
	return Finding{"database", "ok", "The database answers.", fmt.Sprintf("%s, %d objects", p.workspace(), len(schema.Objects)), ""}
}

func (p *Prover) disk() Finding {
	s := p.o.State()
	free := crm.SizeText(s.FreeBytes) + " free"
	switch {
	case s.ReadOnly:
		return Finding{"disk", "error", s.Reason, free, s.Fix}
	case s.FreeBytes >= 0 && s.FreeBytes < 1<<30:
		return Finding{"disk", "warning", "The disk is nearly full.", free, "Free some disk space."}
	}
	return Finding{"disk", "ok", "There is room on the disk.", free, ""}
}
