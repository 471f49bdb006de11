(** Derivations as data, a checker for them, and the proof that it is sound.

    A step names a rule, earlier entries and sets; what it concludes is computed here. *)

Require Import List Bool PeanoNat NArith Ring Permutation.
From LPC Require Import Scalars Spaces Independence Products.
Import ListNotations.

Inductive statement :=
  | Independent (x y z : N)
  | Equation (left right : list factor)
  | Positive (s : N).

Definition holds {R V} (M : space R V) (s : statement) : Prop :=
  match s with
  | Independent x y z => independent M x y z
  | Equation l r => equation M l r
  | Positive s => positive M s
  end.

Inductive step :=
  | Decomposition (p : nat) (x y : N)
  | WeakUnion (p : nat) (w : N)
  | Contraction (p q : nat) (x y w : N)
  | Determination (p : nat) (y : N)
  | Intersection (p q : nat) (positivity : nat) (x y w z : N)
  | PositivityOfAPart (p : nat) (x : N)
  | Summation (p : nat) (v : N)
  | Reading (p : nat) (links : list (nat * bool)) (x y z : N)
  | Chain (left right : list factor) (links : list (nat * bool)) (positivities : list nat).

(** * Each rule as a computation *)

(** Z taken out of both sides. *)
Definition normalised (x y z : N) : statement := Independent (minus x z) (minus y z) z.

(** The same sides in either order. *)
Definition same_sides (x y x' y' : N) : bool :=
  (N.eqb x x' && N.eqb y y') || (N.eqb x y' && N.eqb y x').

Definition is_independence (s : statement) (x y z : N) : bool :=
  match s with
  | Independent x' y' z' => N.eqb z z' && same_sides (minus x z) (minus y z) (minus x' z) (minus y' z)
  | _ => false
  end.

Definition by_decomposition (s : statement) (x y : N) : option statement :=
  match s with
  | Independent x' y' z =>
      if (subset x x' && subset y y') || (subset x y' && subset y x')
      then Some (normalised x y z) else None
  | _ => None
  end.

Definition by_weak_union (s : statement) (w : N) : option statement :=
  match s with
  | Independent x y z => if subset w (union x y) then Some (normalised x y (union z w)) else None
  | _ => None
  end.

Definition by_contraction (s t : statement) (x y w : N) : option statement :=
  match s with
  | Independent x' y' z =>
      if is_independence s x y z && same_sides x y x' y' && is_independence t x w (union z y)
      then Some (normalised x (union y w) z) else None
  | _ => None
  end.

Definition by_determination (s : statement) (y : N) : option statement :=
  match s with
  | Independent x x' z => if N.eqb x x' && negb (N.eqb x 0) then Some (normalised x y z) else None
  | _ => None
  end.

Definition by_intersection (s t pos : statement) (x y w z : N) : option statement :=
  match pos with
  | Positive k =>
      if disjoint x y && disjoint x w && disjoint x z && disjoint y w && disjoint y z && disjoint w z
         && is_independence s x y (union z w) && is_independence t x w (union z y)
         && subset (union (union y w) z) k
      then Some (normalised x (union y w) z) else None
  | _ => None
  end.

Definition by_positive_part (s : statement) (x : N) : option statement :=
  match s with
  | Positive k => if subset x k then Some (Positive x) else None
  | _ => None
  end.

Definition lists_equal (a b : list N) : bool := if list_eq_dec N.eq_dec a b then true else false.

Definition by_summation (s : statement) (v : N) : option statement :=
  match s with
  | Equation l r =>
      let l' := drop v l in let r' := drop v r in
      let positive := conditions l' ++ conditions r' in
      match summed (elements v) (numerators l) (numerators r) (conditions l ++ conditions r) with
      | Some (nl, nr) =>
          if lists_equal nl (map (fun f => union (minus (fst f) v) (snd f)) l)
             && lists_equal nr (map (fun f => union (minus (fst f) v) (snd f)) r)
             && all_allowed positive (conditions l ++ conditions r)
          then Some (Equation l' r') else None
      | None => None
      end
  | _ => None
  end.

(** The sets that an independence multiplies, and those that it divides by. *)
Definition upper (x y z : N) : list N := [union (union x y) z; z].
Definition lower (x y z : N) : list N := [union x z; union y z].

Definition follow_link (covers : list N) (v : fraction) (s : statement) (sign : bool)
  : option fraction :=
  let (n, d) := v in
  match s with
  | Independent x y z =>
      if negb (disjoint x y) then None else
      if N.eqb x 0 || N.eqb y 0 then Some v else
      if negb (disjoint x z && disjoint y z) then None else
      let pos := if sign then upper x y z else lower x y z in
      let neg := if sign then lower x y z else upper x y z in
      let (n', d') := cancel (n ++ pos) (d ++ neg) in
      if all_allowed covers d' && no_common pos neg then Some (n', d') else None
  | Equation l r =>
      let source := if sign then l else r in
      let target := if sign then r else l in
      let (n1, d1) := cancel (n ++ conditions source) (d ++ numerators source) in
      let (n2, d2) := cancel (n1 ++ numerators target) (d1 ++ conditions target) in
      if all_allowed covers d1 && all_allowed covers (conditions l ++ conditions r)
         && all_allowed covers d2
      then Some (n2, d2) else None
  | Positive _ => None
  end.

Fixpoint follow (covers : list N) (v : fraction) (links : list (statement * bool))
  : option fraction :=
  match links with
  | nil => Some v
  | (s, sign) :: r =>
      match follow_link covers v s sign with Some v' => follow covers v' r | None => None end
  end.

Definition equal_fractions (a b : fraction) : bool :=
  same_members (fst a ++ snd b) (fst b ++ snd a).

Definition by_chain (l r : list factor) (links : list (statement * bool)) (positives : list N)
  : option statement :=
  let covers := conditions l ++ conditions r ++ positives in
  match follow covers (cancel (numerators l) (conditions l)) links with
  | Some v => if equal_fractions v (fraction_of r) then Some (Equation l r) else None
  | None => None
  end.

(** l = (what is left of one side without `upper`), r = (the same without `lower`). *)
Definition differ_by (covers : list N) (l r : fraction) (x y z : N) : bool :=
  let (n, d) := cancel (fst l) (snd l ++ upper x y z) in
  all_allowed covers n && all_allowed covers d
  && same_members (fst r ++ d) (n ++ snd r ++ lower x y z).

Definition by_reading (s : statement) (links : list (statement * bool)) (x y z : N)
  : option statement :=
  match s with
  | Equation l r =>
      let covers := [union x z; union y z] in
      if disjoint x y && disjoint x z && disjoint y z && negb (N.eqb x 0) && negb (N.eqb y 0)
         && all_allowed covers (conditions l ++ conditions r)
      then match follow covers (cancel (numerators r) (conditions r)) links with
           | Some v =>
               if differ_by covers (fraction_of l) v x y z || differ_by covers v (fraction_of l) x y z
               then Some (Independent x y z) else None
           | None => None
           end
      else None
  | _ => None
  end.

Definition entry (known : list statement) (i : nat) : option statement := nth_error known i.

Fixpoint premises (known : list statement) (links : list (nat * bool))
  : option (list (statement * bool)) :=
  match links with
  | nil => Some nil
  | (i, sign) :: r =>
      match entry known i, premises known r with
      | Some s, Some q => Some ((s, sign) :: q)
      | _, _ => None
      end
  end.

Fixpoint positive_sets (known : list statement) (l : list nat) : option (list N) :=
  match l with
  | nil => Some nil
  | i :: r =>
      match entry known i, positive_sets known r with
      | Some (Positive s), Some q => Some (s :: q)
      | _, _ => None
      end
  end.

Definition conclude (known : list statement) (k : step) : option statement :=
  let one i f := match entry known i with Some s => f s | None => None end in
  match k with
  | Decomposition i x y => one i (fun s => by_decomposition s x y)
  | WeakUnion i w => one i (fun s => by_weak_union s w)
  | Contraction i j x y w => one i (fun s => one j (fun t => by_contraction s t x y w))
  | Determination i y => one i (fun s => by_determination s y)
  | Intersection i j k x y w z =>
      one i (fun s => one j (fun t => one k (fun pos => by_intersection s t pos x y w z)))
  | PositivityOfAPart i x => one i (fun s => by_positive_part s x)
  | Summation i v => one i (fun s => by_summation s v)
  | Reading i links x y z =>
      one i (fun s => match premises known links with
                      | Some q => by_reading s q x y z | None => None end)
  | Chain l r links pos =>
      match premises known links, positive_sets known pos with
      | Some q, Some c => by_chain l r q c
      | _, _ => None
      end
  end.

Fixpoint run (known : list statement) (steps : list step) : option (list statement) :=
  match steps with
  | nil => Some known
  | k :: r => match conclude known k with Some s => run (known ++ [s]) r | None => None end
  end.

Definition factors_equal (a b : list factor) : bool :=
  lists_equal (map fst a) (map fst b) && lists_equal (map snd a) (map snd b).

Definition same_statement (s t : statement) : bool :=
  match s, t with
  | Independent x y z, Independent _ _ _ => is_independence t x y z
  | Equation l r, Equation l' r' => factors_equal l l' && factors_equal r r'
  | Positive a, Positive b => N.eqb a b
  | _, _ => false
  end.

(** X or Y empty says nothing. *)
Definition trivial (s : statement) : bool :=
  match s with
  | Independent x y z => N.eqb (minus x z) 0 || N.eqb (minus y z) 0
  | Equation l r => factors_equal l r
  | Positive s => N.eqb s 0
  end.

(** The last entry is the goal. *)
Definition proves (hypotheses : list statement) (steps : list step) (goal : statement) : bool :=
  match run hypotheses steps with
  | Some known => same_statement goal (last known (Positive 0)) && negb (Nat.eqb (length known) 0)
  | None => false
  end.

(** A proof from some hypotheses, with what it is said to prove. *)
Record proof := Proof { hypotheses : list statement; steps : list step; proved : statement }.

(** Every proof uses what is assumed and nothing else; every goal is proved or says nothing. *)
Definition evidence_checks (assumed goals : list statement) (proofs : list proof) : bool :=
  forallb (fun q =>
      forallb (fun h => existsb (same_statement h) assumed) (hypotheses q)
      && proves (hypotheses q) (steps q) (proved q)) proofs
  && forallb (fun s => trivial s || existsb (fun q => same_statement s (proved q)) proofs) goals.

(** * Soundness *)

Section Soundness.

Context {R : scalar} {V : domain} (M : space R V).
Local Open Scope scalar_scope.
Add Ring scalar_ring5 : (is_ring R).

Lemma same_sides_spec : forall x y x' y' z, same_sides x y x' y' = true ->
  independent M x' y' z -> independent M x y z.
Proof.
  intros x y x' y' z H. unfold same_sides in H. apply orb_prop in H.
  destruct H as [H|H]; apply andb_prop in H; destruct H as [A B];
    apply N.eqb_eq in A; apply N.eqb_eq in B; subst; auto using symmetry.
Qed.

Lemma is_independence_spec : forall s x y z, is_independence s x y z = true ->
  holds M s -> independent M x y z.
Proof.
  intros [x' y' z'| |] x y z H K; try discriminate. simpl in *.
  apply andb_prop in H. destruct H as [E H]. apply N.eqb_eq in E. subst.
  apply abnormal. apply (same_sides_spec _ _ _ _ _ H). now apply normal.
Qed.

Lemma lists_equal_spec : forall a b, lists_equal a b = true -> a = b.
Proof. intros a b. unfold lists_equal. now destruct (list_eq_dec N.eq_dec a b). Qed.

Lemma factors_equal_spec : forall a b, factors_equal a b = true -> a = b.
Proof.
  intros a b H. apply andb_prop in H. destruct H as [A B].
  apply lists_equal_spec in A. apply lists_equal_spec in B.
  revert b A B. induction a as [|[e g] a IH]; intros [|[e' g'] b] A B; try discriminate; auto.
  simpl in *. injection A as -> A. injection B as -> B. f_equal. now apply IH.
Qed.

Lemma same_statement_spec : forall s t, same_statement s t = true -> holds M t -> holds M s.
Proof.
  intros s t H K. destruct s, t; try discriminate; simpl in H.
  - now apply (is_independence_spec (Independent x0 y0 z0)).
  - apply andb_prop in H. destruct H as [A B].
    apply factors_equal_spec in A. apply factors_equal_spec in B. now subst.
  - apply N.eqb_eq in H. now subst.
Qed.

Lemma trivial_spec : forall s, trivial s = true -> holds M s.
Proof.
  intros [x y z|l r|s] H; simpl in *.
  - apply abnormal. apply orb_prop in H.
    assert (E : forall y z, independent M 0 y z).
    { clear. intros y z. apply determination. intros u v t.
      assert (P : forall o, agrees 0 u o && agrees z t o = agrees z t o)
        by (intro; now rewrite agrees_none).
      assert (Q : forall o, agrees 0 v o && agrees z t o = agrees z t o)
        by (intro; now rewrite agrees_none).
      rewrite (pr_ext M _ _ P), (pr_ext M _ _ Q).
      rewrite (pr_ext M _ (agrees z t)); [reflexivity|].
      intro o. now rewrite !agrees_none. }
    destruct H as [H|H]; apply N.eqb_eq in H; rewrite H; [|apply symmetry]; apply E.
  - apply factors_equal_spec in H. subst. intros u _ _. reflexivity.
  - apply N.eqb_eq in H. subst. intros u _. apply p_none.
Qed.

Lemma follow_link_spec : forall covers v s sign v' u, holds M s -> valid M u ->
  (forall c, In c covers -> p M c u <> 0) ->
  follow_link covers v s sign = Some v' -> defined M v u ->
  same_value M v v' u /\ defined M v' u.
Proof.
  intros covers [n d] s sign v' u H Hu Hc F D. destruct s as [x y z|l r|k]; simpl in *;
    [| |discriminate].
  - destruct (disjoint x y) eqn:Dxy; [|discriminate]. simpl in F.
    destruct (N.eqb x 0 || N.eqb y 0) eqn:E0.
    + inversion F; subst. split; [reflexivity|exact D].
    + destruct (disjoint x z) eqn:Dxz; [|discriminate].
      destruct (disjoint y z) eqn:Dyz; [|discriminate]. simpl in F.
      rewrite (one_point M x y z Dxy Dxz Dyz) in H. specialize (H u).
      set (pos := if sign then upper x y z else lower x y z) in *.
      set (neg := if sign then lower x y z else upper x y z) in *.
      destruct (cancel (n ++ pos) (d ++ neg)) as [n' d'] eqn:E.
      destruct (all_allowed covers d') eqn:A; [|discriminate].
      destruct (no_common pos neg) eqn:C; [|discriminate]. inversion F; subst.
      assert (D' : defined M (n', d') u).
      { intros t Ht. now apply (all_allowed_nonzero M covers d' u Hc A). }
      split; [|exact D'].
      apply (link_step M n d pos neg); auto.
      unfold pos, neg, upper, lower, prod. destruct sign; simpl.
      * transitivity (p M (union (union x y) z) u * p M z u); [ring|]. rewrite H. ring.
      * transitivity (p M (union x z) u * p M (union y z) u); [ring|]. rewrite <- H. ring.
  - set (source := if sign then l else r) in *. set (target := if sign then r else l) in *.
    destruct (cancel (n ++ conditions source) (d ++ numerators source)) as [n1 d1] eqn:E1.
    destruct (cancel (n1 ++ numerators target) (d1 ++ conditions target)) as [n2 d2] eqn:E2.
    destruct (all_allowed covers d1) eqn:A1; [|discriminate].
    destruct (all_allowed covers (conditions l ++ conditions r)) eqn:A; [|discriminate].
    destruct (all_allowed covers d2) eqn:A2; [|discriminate]. inversion F; subst.
    assert (D1 : defined M (n1, d1) u).
    { intros t Ht. now apply (all_allowed_nonzero M covers d1 u Hc A1). }
    assert (D2 : defined M (n2, d2) u).
    { intros t Ht. now apply (all_allowed_nonzero M covers d2 u Hc A2). }
    assert (C := all_allowed_nonzero M covers _ u Hc A).
    split; [|exact D2].
    apply (equation_step M n d n1 d1 n2 d2 source target u E1 E2 D D1 D2).
    + intros t Ht. apply C. unfold source, target in Ht.
      apply in_app_or in Ht. apply in_or_app. destruct sign; tauto.
    + specialize (H u Hu C). unfold same_value, fraction_of, source, target. simpl.
      destruct sign; [exact H|now symmetry].
Qed.

Lemma follow_spec : forall covers links v v' u,
  (forall s b, In (s, b) links -> holds M s) -> valid M u ->
  (forall c, In c covers -> p M c u <> 0) ->
  follow covers v links = Some v' -> defined M v u ->
  same_value M v v' u /\ defined M v' u.
Proof.
  intros covers links. induction links as [|[s b] links IH]; simpl; intros v v' u H Hu Hc F D.
  - inversion F; subst. split; [reflexivity|exact D].
  - destruct (follow_link covers v s b) as [w|] eqn:E; [|discriminate].
    destruct (follow_link_spec covers v s b w u) as [S1 D1]; auto.
    { apply (H s b). now left. }
    destruct (IH w v' u) as [S2 D2]; auto.
    { intros t c Ht. apply (H t c). now right. }
    split; [|exact D2]. now apply (same_value_trans M v w v').
Qed.

(** Cancelling what is positive does not change a value. *)
Lemma cancel_value : forall l u, (forall s, In s (conditions l) -> p M s u <> 0) ->
  same_value M (fraction_of l) (cancel (numerators l) (conditions l)) u /\
  defined M (cancel (numerators l) (conditions l)) u.
Proof.
  intros l u H. destruct (cancel (numerators l) (conditions l)) as [n d] eqn:E.
  apply cancel_spec in E. destruct E as (c & Pn & Pd).
  unfold same_value, defined, fraction_of. simpl. split.
  - rewrite (prod_perm M _ _ u Pn), (prod_perm M _ _ u Pd), !prod_app. ring.
  - intros s Hs. apply H. rewrite Pd. apply in_or_app. auto.
Qed.

Lemma by_chain_spec : forall l r links positives s,
  (forall s b, In (s, b) links -> holds M s) ->
  (forall k, In k positives -> positive M k) ->
  by_chain l r links positives = Some s -> holds M s.
Proof.
  intros l r links positives s H P B. unfold by_chain in B.
  set (covers := conditions l ++ conditions r ++ positives) in *.
  destruct (follow covers (cancel (numerators l) (conditions l)) links) as [v|] eqn:F; [|discriminate].
  destruct (equal_fractions v (fraction_of r)) eqn:E; [|discriminate]. inversion B; subst.
  intros u Hu C.
  assert (Hc : forall c, In c covers -> p M c u <> 0).
  { intros c Hc. unfold covers in Hc. rewrite app_assoc in Hc. apply in_app_or in Hc.
    destruct Hc as [Hc|Hc]; [now apply C|now apply P]. }
  destruct (cancel_value l u) as [S0 D0]; [intros; apply C, in_or_app; auto|].
  destruct (follow_spec covers links _ v u H Hu Hc F D0) as [S1 D1].
  assert (S2 := same_value_trans M _ _ _ u D0 S0 S1).
  unfold equal_fractions in E. apply same_members_spec in E.
  apply (prod_perm M _ _ u) in E. rewrite !prod_app in E.
  apply (same_value_trans M (fraction_of l) v (fraction_of r) u D1 S2). exact E.
Qed.

Lemma differ_by_spec : forall covers l r x y z u,
  (forall c, In c covers -> p M c u <> 0) ->
  defined M l u -> defined M r u -> same_value M l r u ->
  differ_by covers l r x y z = true ->
  prod M (upper x y z) u = prod M (lower x y z) u.
Proof.
  intros covers [ln ld] [rn rd] x y z u Hc Dl Dr S H.
  unfold differ_by, same_value, defined in *. simpl in *.
  destruct (cancel ln (ld ++ upper x y z)) as [n d] eqn:E.
  apply andb_prop in H. destruct H as [H B]. apply andb_prop in H. destruct H as [An Ad].
  apply same_members_spec, (prod_perm M _ _ u) in B. rewrite !prod_app in B.
  apply cancel_spec in E. destruct E as (c & Pn & Pd).
  apply (prod_perm M _ _ u) in Pn. apply (prod_perm M _ _ u) in Pd. rewrite !prod_app in Pn, Pd.
  assert (A : prod M ln u * prod M d u = prod M n u * (prod M ld u * prod M (upper x y z) u)).
  { rewrite Pn, Pd, prod_app. ring. }
  assert (Nn := prod_nonzero M n u (all_allowed_nonzero M covers n u Hc An)).
  assert (Nld := prod_nonzero M ld u Dl). assert (Nrd := prod_nonzero M rd u Dr).
  apply (cancel_left R (prod M n u * prod M ld u * prod M rd u)).
  { repeat apply nonzero_mul; assumption. }
  transitivity ((prod M ln u * prod M d u) * prod M rd u); [rewrite A; ring|].
  transitivity ((prod M ln u * prod M rd u) * prod M d u); [ring|]. rewrite S.
  transitivity ((prod M rn u * prod M d u) * prod M ld u); [ring|]. rewrite B. ring.
Qed.

Lemma subset_union_left : forall x y, subset x (union x y) = true.
Proof. intros. apply subset_spec. intros i Hi. now rewrite mem_union, Hi. Qed.

Lemma by_reading_spec : forall s links x y z t, holds M s ->
  (forall s b, In (s, b) links -> holds M s) ->
  by_reading s links x y z = Some t -> holds M t.
Proof.
  intros s links x y z t H Hl B.
  destruct s as [x' y' z'|l r|k]; simpl in B; try discriminate.
  destruct (disjoint x y) eqn:Dxy; [|discriminate].
  destruct (disjoint x z) eqn:Dxz; [|discriminate].
  destruct (disjoint y z) eqn:Dyz; [|discriminate]. simpl in B.
  destruct (negb (N.eqb x 0)); [|discriminate]. destruct (negb (N.eqb y 0)); [|discriminate].
  simpl in B. set (covers := [union x z; union y z]) in *.
  destruct (all_allowed covers (conditions l ++ conditions r)) eqn:A; [|discriminate].
  destruct (follow covers (cancel (numerators r) (conditions r)) links) as [v|] eqn:F; [|discriminate].
  destruct (differ_by covers (fraction_of l) v x y z || differ_by covers v (fraction_of l) x y z)
    eqn:E; [|discriminate].
  inversion B; subst. apply one_point; [assumption..|]. intro u0.
  destruct (completed M (union (union x y) z) u0) as [(i & Hi & N)|(u & Hu & Q)].
  { rewrite (p_invalid M _ u0 i Hi N). rewrite !mem_union in Hi. destruct (mem i z) eqn:Ez.
    - rewrite !(p_invalid M _ u0 i) by (rewrite ?mem_union, ?Ez; auto using orb_true_r). ring.
    - destruct (mem i x) eqn:Ex.
      + rewrite (p_invalid M (union x z) u0 i) by (rewrite ?mem_union, ?Ex; auto). ring.
      + rewrite (p_invalid M (union y z) u0 i); [ring| |exact N].
        rewrite mem_union. now destruct (mem i y). }
  assert (Q' : forall s, subset s (union (union x y) z) = true -> p M s u0 = p M s u).
  { intros s Hs. apply p_point. intros i Hi. apply Q. rewrite subset_spec in Hs. auto. }
  rewrite !Q'.
  2-5: apply subset_spec; intros i; rewrite ?mem_union;
    destruct (mem i x), (mem i y), (mem i z); simpl; auto.
  clear Q Q' u0.
  assert (Up : forall s, subset s (union (union x y) z) = true -> p M s u = 0 ->
    p M (union (union x y) z) u = 0).
  { intros s Hs Z. apply (pr_zero M _ (agrees s u)); [|exact Z]. intro o. now apply agrees_subset. }
  destruct (zero_or_not R (p M (union x z) u)) as [Zx|Zx].
  { rewrite Zx, (Up (union x z)); [ring| |exact Zx]. apply subset_spec. intro i.
    rewrite !mem_union. destruct (mem i x), (mem i y), (mem i z); auto. }
  destruct (zero_or_not R (p M (union y z) u)) as [Zy|Zy].
  { rewrite Zy, (Up (union y z)); [ring| |exact Zy]. apply subset_spec. intro i.
    rewrite !mem_union. destruct (mem i x), (mem i y), (mem i z); auto. }
  assert (Hc : forall c, In c covers -> p M c u <> 0).
  { intros c [<-|[<-|[]]]; assumption. }
  assert (C := all_allowed_nonzero M covers _ u Hc A).
  specialize (H u Hu C).
  destruct (cancel_value r u) as [S0 D0]; [intros; apply C, in_or_app; auto|].
  destruct (follow_spec covers links _ v u Hl Hu Hc F D0) as [S1 D1].
  assert (Dr : defined M (fraction_of r) u) by (intros s Hs; apply C, in_or_app; auto).
  assert (Dl : defined M (fraction_of l) u) by (intros s Hs; apply C, in_or_app; auto).
  assert (S : same_value M (fraction_of l) v u).
  { apply (same_value_trans M _ (fraction_of r)); [exact Dr| |].
    - unfold same_value, fraction_of. simpl. exact H.
    - apply (same_value_trans M _ _ _ u D0 S0 S1). }
  assert (G : prod M (upper x y z) u = prod M (lower x y z) u).
  { apply orb_prop in E. destruct E as [E|E].
    - now apply (differ_by_spec covers (fraction_of l) v).
    - apply (differ_by_spec covers v (fraction_of l)); auto.
      unfold same_value in *. now rewrite S. }
  unfold prod, upper, lower in G. simpl in G.
  transitivity (p M (union (union x y) z) u * (p M z u * 1)); [ring|]. rewrite G. ring.
Qed.

Lemma dropped_conditions : forall v l s, In s (dropped v l) -> In s (conditions l).
Proof.
  intros v l s. unfold dropped, conditions. rewrite !in_map_iff.
  intros (f & E & H). apply filter_In in H. exists f. tauto.
Qed.

Lemma by_summation_spec : forall s v t, holds M s -> by_summation s v = Some t -> holds M t.
Proof.
  intros s v t H B. destruct s as [x y z|l r|k]; simpl in B; try discriminate.
  destruct (summed (elements v) (numerators l) (numerators r) (conditions l ++ conditions r))
    as [[nl nr]|] eqn:E; [|discriminate].
  match type of B with (if ?a && ?b && ?c then _ else _) = _ =>
    destruct a eqn:El; [|discriminate]; destruct b eqn:Er; [|discriminate];
    destruct c eqn:A; [|discriminate] end.
  simpl in B. inversion B; subst. apply lists_equal_spec in El. apply lists_equal_spec in Er. subst.
  intros u Hu C.
  assert (Hp := all_allowed_nonzero M _ _ u C A).
  assert (K := summed_spec M _ _ _ _ _ _ _ E u Hu Hp).
  assert (G : forall w, valid M w -> (forall s, In s (conditions l ++ conditions r) -> p M s w <> 0) ->
    prod M (numerators l) w * prod M (conditions r) w =
    prod M (numerators r) w * prod M (conditions l) w) by exact H.
  specialize (K G).
  destruct (drop_value M v l u) as (a & Ha & A1 & A2).
  { intros s Hs. apply Hp, in_or_app. left. now apply (dropped_conditions v). }
  destruct (drop_value M v r u) as (b & Hb & B1 & B2).
  { intros s Hs. apply Hp, in_or_app. right. now apply (dropped_conditions v). }
  rewrite A1, A2, B1, B2 in K.
  apply (cancel_left R (a * b)); [now apply nonzero_mul|].
  transitivity (prod M (numerators (drop v l)) u * a * (prod M (conditions (drop v r)) u * b)); [ring|].
  rewrite K. ring.
Qed.

Ltac crush H := repeat match type of H with
  | (if ?c then _ else _) = Some _ => let E := fresh "E" in destruct c eqn:E; [|discriminate H]
  end.

Lemma conclude_spec : forall known k s, (forall t, In t known -> holds M t) ->
  conclude known k = Some s -> holds M s.
Proof.
  intros known k s H C.
  assert (N : forall i t, entry known i = Some t -> holds M t).
  { intros i t E. apply H. now apply (nth_error_In known i). }
  assert (L : forall links q, premises known links = Some q ->
    forall t b, In (t, b) q -> holds M t).
  { induction links as [|[i b] links IH]; simpl; intros q E t c Ht.
    - inversion E; subst. easy.
    - destruct (entry known i) as [w|] eqn:Ei; [|discriminate].
      destruct (premises known links) as [q'|]; [|discriminate]. inversion E; subst.
      destruct Ht as [Ht|Ht]; [inversion Ht; subst; now apply (N i)|now apply (IH q' eq_refl t c)]. }
  assert (P : forall l q, positive_sets known l = Some q -> forall c, In c q -> positive M c).
  { induction l as [|i l IH]; simpl; intros q E c Hc.
    - inversion E; subst. easy.
    - destruct (entry known i) as [[| |w]|] eqn:Ei; try discriminate.
      destruct (positive_sets known l) as [q'|]; [|discriminate]. inversion E; subst.
      destruct Hc as [<-|Hc]; [now apply (N i (Positive w))|now apply (IH q' eq_refl)]. }
  destruct k as [i x y|i w|i j x y w|i y|i j k x y w z|i x|i v|i links x y z|l r links pos]; simpl in C.
  - destruct (entry known i) as [t|] eqn:E; [|discriminate]. apply N in E.
    destruct t as [x' y' z| |]; try discriminate. simpl in *. crush C. inversion C; subst.
    apply normal. apply orb_prop in E0. destruct E0 as [G|G]; apply andb_prop in G; destruct G.
    + now apply (decomposition M x' y').
    + apply (decomposition M y' x'); auto. now apply symmetry.
  - destruct (entry known i) as [t|] eqn:E; [|discriminate]. apply N in E.
    destruct t as [x y z| |]; try discriminate. simpl in *. crush C. inversion C; subst.
    apply normal. now apply weak_union.
  - destruct (entry known i) as [t|] eqn:E; [|discriminate]. apply N in E.
    destruct (entry known j) as [t'|] eqn:E'; [|discriminate]. apply N in E'.
    destruct t as [x' y' z| |]; try discriminate. unfold by_contraction in C. crush C.
    inversion C; subst. apply andb_prop in E0. destruct E0 as [G1 G3].
    apply andb_prop in G1. destruct G1 as [G1 G2].
    apply normal, contraction; [exact (is_independence_spec _ _ _ _ G1 E)|].
    exact (is_independence_spec _ _ _ _ G3 E').
  - destruct (entry known i) as [t|] eqn:E; [|discriminate]. apply N in E.
    destruct t as [x x' z| |]; try discriminate. simpl in *. crush C. inversion C; subst.
    apply andb_prop in E0. destruct E0 as [G _]. apply N.eqb_eq in G. subst.
    apply normal. now apply determination.
  - destruct (entry known i) as [t|] eqn:E; [|discriminate]. apply N in E.
    destruct (entry known j) as [t'|] eqn:E'; [|discriminate]. apply N in E'.
    destruct (entry known k) as [t''|] eqn:E''; [|discriminate]. apply N in E''.
    destruct t'' as [| |m]; try discriminate. unfold by_intersection in C. crush C.
    inversion C; subst. repeat (apply andb_prop in E0; destruct E0 as [E0 ?]).
    apply normal, intersection; auto.
    + now apply (positive_part M _ m).
    + now apply (is_independence_spec t).
    + now apply (is_independence_spec t').
  - destruct (entry known i) as [t|] eqn:E; [|discriminate]. apply N in E.
    destruct t as [| |m]; try discriminate. simpl in *. crush C. inversion C; subst.
    now apply (positive_part M x m).
  - destruct (entry known i) as [t|] eqn:E; [|discriminate]. apply N in E.
    now apply (by_summation_spec t v).
  - destruct (entry known i) as [t|] eqn:E; [|discriminate]. apply N in E.
    destruct (premises known links) as [q|] eqn:Eq; [|discriminate].
    apply (by_reading_spec t q x y z); auto. now apply (L links).
  - destruct (premises known links) as [q|] eqn:Eq; [|discriminate].
    destruct (positive_sets known pos) as [c|] eqn:Ec; [|discriminate].
    apply (by_chain_spec l r q c); [now apply (L links)|now apply (P pos)|exact C].
Qed.

Lemma run_spec : forall ks known known', (forall t, In t known -> holds M t) ->
  run known ks = Some known' -> forall t, In t known' -> holds M t.
Proof.
  induction ks as [|k ks IH]; simpl; intros known known' H E.
  - now inversion E; subst.
  - destruct (conclude known k) as [s|] eqn:C; [|discriminate].
    apply (IH (known ++ [s])); [|exact E]. intros t Ht. apply in_app_or in Ht.
    destruct Ht as [Ht|[<-|[]]]; [now apply H|now apply (conclude_spec known k)].
Qed.

Theorem proves_sound : forall hyps ks goal, proves hyps ks goal = true ->
  (forall h, In h hyps -> holds M h) -> holds M goal.
Proof.
  intros hyps ks goal H K. unfold proves in H.
  destruct (run hyps ks) as [known|] eqn:E; [|discriminate].
  apply andb_prop in H. destruct H as [S L].
  assert (A := run_spec ks hyps known K E).
  apply (same_statement_spec _ _ S). apply A.
  destruct known as [|s known]; [discriminate|].
  destruct (exists_last (l := s :: known)) as (l' & a & ->); [discriminate|].
  rewrite last_last. apply in_or_app. right. now left.
Qed.

Theorem evidence_holds : forall assumed goals proofs,
  evidence_checks assumed goals proofs = true ->
  (forall s, In s assumed -> holds M s) -> forall s, In s goals -> holds M s.
Proof.
  intros assumed goals proofs H A s Hs. unfold evidence_checks in H.
  apply andb_prop in H. destruct H as [P G]. rewrite forallb_forall in P, G.
  specialize (G s Hs). apply orb_prop in G. destruct G as [G|G]; [exact (trivial_spec s G)|].
  apply existsb_exists in G. destruct G as (q & Hq & G). apply (same_statement_spec _ _ G).
  specialize (P q Hq). apply andb_prop in P. destruct P as [P1 P2].
  apply (proves_sound _ _ _ P2). intros h Hh. rewrite forallb_forall in P1.
  specialize (P1 h Hh). apply existsb_exists in P1. destruct P1 as (a & Ha & E).
  apply (same_statement_spec _ _ E). now apply A.
Qed.

End Soundness.

(** What the evidence of a certificate shows of every space. *)
Theorem evidence_sound : forall assumed goals proofs,
  evidence_checks assumed goals proofs = true ->
  forall (R : scalar) (V : domain) (M : space R V),
    (forall s, In s assumed -> holds M s) -> forall s, In s goals -> holds M s.
Proof. intros assumed goals proofs H R V M. exact (evidence_holds M assumed goals proofs H). Qed.
