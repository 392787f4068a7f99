package api

import (
	"net/http"

	"openclaw/internal/crm"
	"openclaw/internal/edge"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

type objectList struct {
	Version int64        `json:"version"`
	Objects []crm.Object `json:"objects"`
}

type removedList struct {
	Removed []crm.Removed `json:"removed"` // newest first
}

// objectPatch changes what an object is called, and its place; members that are left out stay.
type objectPatch struct {
	Name     *string   `json:"name,omitempty"` // renames the object, and with it its table
	Label    *string   `json:"label,omitempty"`
	Plural   *string   `json:"plural,omitempty"`
	Synonyms *[]string `json:"synonyms,omitempty"`
	Icon     *string   `json:"icon,omitempty"`
	At       *int      `json:"at,omitempty"` // its position among the objects, from 0
}

// fieldPatch changes a field; members that are left out stay.
type fieldPatch struct {
	Name     *string       `json:"name,omitempty"` // renames the field, and with it its column
	Label    *string       `json:"label,omitempty"`
	Synonyms *[]string     `json:"synonyms,omitempty"`
	Role     *crm.Role     `json:"role,omitempty"`
	Required *bool         `json:"required,omitempty"`
	Key      *bool         `json:"key,omitempty"`
	Type     *crm.Type     `json:"type,omitempty"`
	Scale    *int          `json:"scale,omitempty"`
	Currency *string       `json:"currency,omitempty"`
	Options  *[]crm.Option `json:"options,omitempty"`
	Moves    *[]crm.Move   `json:"moves,omitempty"`
	Target   *string       `json:"target,omitempty"`
	Expr     *string       `json:"expr,omitempty"`
	Result   *crm.Type     `json:"result,omitempty"`
	At       *int          `json:"at,omitempty"`    // its position, from 0
	Lossy    bool          `json:"lossy,omitempty"` // empty the values that do not convert
}

// altered tells what a change of the schema did.
type altered struct {
	Batch  int64       `json:"batch"`
	Object *crm.Object `json:"object,omitempty"` // as it is now; none when it was removed
	Broken []string    `json:"broken,omitempty"` // saved questions whose SQL ran before, and does not now
}

func (s *server) schemaOps() []op {
	const object, field = "/api/v1/objects/:object", "/api/v1/objects/:object/fields/:field"
	return []op{
		{method: "GET", path: "/api/v1/objects", access: edge.SignedIn, id: "listObjects", does: "All objects with their fields.", out: objectList{}, handle: s.listObjects},
		{method: "GET", path: "/api/v1/removed", access: edge.SignedIn, id: "listRemoved", does: "Removed objects and fields that can be restored.", out: removedList{}, handle: s.listRemoved},
		{method: "POST", path: "/api/v1/objects", access: edge.Writer, id: "addObject", does: "Add an object with its fields.", in: crm.Object{}, out: altered{}, status: 201, handle: s.addObject},
		{method: "GET", path: object, access: edge.SignedIn, id: "showObject", does: "One object with its fields.", out: crm.Object{}, handle: s.showObject},
		{method: "PATCH", path: object, access: edge.Writer, id: "changeObject", does: "Change what an object is called, or move it.", in: objectPatch{}, out: altered{}, handle: s.changeObject},
		{method: "DELETE", path: object, access: edge.Writer, id: "removeObject", does: "Move an object with its records to the trash.", out: altered{}, handle: s.removeObject},
		{method: "POST", path: object + "/restore", access: edge.Writer, id: "restoreObject", does: "Bring a removed object back.", out: altered{}, handle: s.restoreObject},
		{method: "POST", path: object + "/fields", access: edge.Writer, id: "addField", does: "Add a field.", in: crm.Field{}, out: altered{}, status: 201, handle: s.addField},
		{method: "PATCH", path: field, access: edge.Writer, id: "changeField", does: "Change, rename or move a field. A value that would be lost makes it a 409 that shows which.", in: fieldPatch{}, out: altered{}, handle: s.changeField},
		{method: "POST", path: field + "/try", access: edge.Writer, id: "tryField", does: "Say what a change of a field would do to its values, without doing it.", in: fieldPatch{}, out: crm.Conversion{}, handle: s.tryField},
		{method: "DELETE", path: field, access: edge.Writer, id: "removeField", does: "Move a field with its values to the trash.", out: altered{}, handle: s.removeField},
		{method: "POST", path: field + "/restore", access: edge.Writer, id: "restoreField", does: "Bring a removed field back.", out: altered{}, handle: s.restoreField},
	}
}

func (s *server) listObjects(w http.ResponseWriter, r *http.Request) error {
	schema, err := s.Schemas.Schema(r.Context(), ident.From(r.Context()))
	if err != nil {
		return err
	}
	if schema.Objects == nil {
		schema.Objects = []crm.Object{}
	}
	return write(w, http.StatusOK, objectList{Version: schema.Version, Objects: schema.Objects})
}

func (s *server) listRemoved(w http.ResponseWriter, r *http.Request) error {
	found, err := s.Removed(r.Context(), ident.From(r.Context()))
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, removedList{Removed: found})
}

func (s *server) showObject(w http.ResponseWriter, r *http.Request) error {
	o, err := s.object(r)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, o)
}

// alter does it and answers with the object as it is then.
func (s *server) alter(w http.ResponseWriter, r *http.Request, status int, object string, alter ...crm.Alteration) error {
	c := ident.From(r.Context())
	done, err := s.Schemas.Alter(r.Context(), c, alter, crm.Cause{Kind: "schema"})
	if err != nil {
		return err
	}
	schema, err := s.Schemas.Schema(r.Context(), c)
	if err != nil {
		return err
	}
	out := altered{Batch: done.Batch, Broken: done.Broken}
	if o, ok := schema.Object(object); ok {
		out.Object = &o
	}
	return write(w, status, out)
}

func (s *server) addObject(w http.ResponseWriter, r *http.Request) error {
	o, err := read[crm.Object](r)
	if err != nil {
		return err
	}
	return s.alter(w, r, http.StatusCreated, o.Name, crm.Alteration{Kind: crm.AddObject, Object: o})
}

func (s *server) changeObject(w http.ResponseWriter, r *http.Request) error {
	patch, err := read[objectPatch](r)
	if err != nil {
		return err
	}
	o, err := s.object(r)
	if err != nil {
		return err
	}
	name := o.Name
	set(&o.Label, patch.Label)
	set(&o.Plural, patch.Plural)
	set(&o.Synonyms, patch.Synonyms)
	set(&o.Icon, patch.Icon)
	var alter []crm.Alteration
	if patch.Label != nil || patch.Plural != nil || patch.Synonyms != nil || patch.Icon != nil {
		alter = append(alter, crm.Alteration{Kind: crm.SetObject, Object: o})
	}
	if patch.At != nil {
		alter = append(alter, crm.Alteration{Kind: crm.MoveObject, Object: crm.Object{Name: name}, At: *patch.At})
	}
	if patch.Name != nil && *patch.Name != name {
		alter = append(alter, crm.Alteration{Kind: crm.RenameObject, Object: crm.Object{Name: name}, Name: name, To: *patch.Name})
		name = *patch.Name
	}
	if len(alter) == 0 {
		return nothingToDo()
	}
	return s.alter(w, r, http.StatusOK, name, alter...)
}

func (s *server) removeObject(w http.ResponseWriter, r *http.Request) error {
	o, err := s.object(r)
	if err != nil {
		return err
	}
	return s.alter(w, r, http.StatusOK, o.Name, crm.Alteration{Kind: crm.RemoveObject, Object: crm.Object{Name: o.Name}, Name: o.Name})
}

func (s *server) restoreObject(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("object")
	return s.alter(w, r, http.StatusOK, name, crm.Alteration{Kind: crm.RestoreObject, Object: crm.Object{Name: name}, Name: name})
}

func (s *server) addField(w http.ResponseWriter, r *http.Request) error {
	f, err := read[crm.Field](r)
	if err != nil {
		return err
	}
	o, err := s.object(r)
	if err != nil {
		return err
	}
	return s.alter(w, r, http.StatusCreated, o.Name, crm.Alteration{Kind: crm.AddField, Object: crm.Object{Name: o.Name}, Field: f})
}

// patched is the field that a request names, and what it would become.
func (s *server) patched(r *http.Request) (o crm.Object, old, field crm.Field, patch fieldPatch, err error) {
	if patch, err = read[fieldPatch](r); err != nil {
		return o, old, field, patch, err
	}
	if o, err = s.object(r); err != nil {
		return o, old, field, patch, err
	}
	old, ok := o.Field(r.PathValue("field"))
	if !ok {
		return o, old, field, patch, noField(o, r.PathValue("field"))
	}
	field = old
	set(&field.Label, patch.Label)
	set(&field.Synonyms, patch.Synonyms)
	set(&field.Role, patch.Role)
	set(&field.Required, patch.Required)
	set(&field.Key, patch.Key)
	set(&field.Type, patch.Type)
	set(&field.Scale, patch.Scale)
	set(&field.Currency, patch.Currency)
	set(&field.Options, patch.Options)
	set(&field.Moves, patch.Moves)
	set(&field.Target, patch.Target)
	set(&field.Expr, patch.Expr)
	set(&field.Result, patch.Result)
	return o, old, field, patch, nil
}

func (s *server) changeField(w http.ResponseWriter, r *http.Request) error {
	o, old, field, p, err := s.patched(r)
	if err != nil {
		return err
	}
	on := crm.Object{Name: o.Name}
	var alter []crm.Alteration
	if p.Type != nil || p.Scale != nil || p.Currency != nil || p.Options != nil || p.Target != nil || p.Expr != nil || p.Result != nil {
		alter = append(alter, crm.Alteration{Kind: crm.ChangeField, Object: on, Field: field, Name: old.Name, Lossy: p.Lossy})
	}
	if p.Label != nil || p.Synonyms != nil || p.Role != nil || p.Required != nil || p.Key != nil || p.Moves != nil {
		alter = append(alter, crm.Alteration{Kind: crm.SetField, Object: on, Field: field, Name: old.Name})
	}
	if p.At != nil {
		alter = append(alter, crm.Alteration{Kind: crm.MoveField, Object: on, Name: old.Name, At: *p.At})
	}
	if p.Name != nil && *p.Name != old.Name {
		alter = append(alter, crm.Alteration{Kind: crm.RenameField, Object: on, Name: old.Name, To: *p.Name})
	}
	if len(alter) == 0 {
		return nothingToDo()
	}
	return s.alter(w, r, http.StatusOK, o.Name, alter...)
}

func (s *server) tryField(w http.ResponseWriter, r *http.Request) error {
	o, _, field, _, err := s.patched(r)
	if err != nil {
		return err
	}
	found, err := s.Schemas.TryChange(r.Context(), ident.From(r.Context()), o.Name, field)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, found)
}

func (s *server) removeField(w http.ResponseWriter, r *http.Request) error {
	o, err := s.object(r)
	if err != nil {
		return err
	}
	f, ok := o.Field(r.PathValue("field"))
	if !ok {
		return noField(o, r.PathValue("field"))
	}
	return s.alter(w, r, http.StatusOK, o.Name, crm.Alteration{Kind: crm.RemoveField, Object: crm.Object{Name: o.Name}, Name: f.Name})
}

func (s *server) restoreField(w http.ResponseWriter, r *http.Request) error {
	o, err := s.object(r)
	if err != nil {
		return err
	}
	return s.alter(w, r, http.StatusOK, o.Name, crm.Alteration{Kind: crm.RestoreField, Object: crm.Object{Name: o.Name}, Name: r.PathValue("field")})
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func nothingToDo() error {
	return fail.New(fail.Usage, "There is nothing to change.").WithHint("Name at least one thing to change.")
}
