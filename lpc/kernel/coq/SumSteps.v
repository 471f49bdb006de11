(** Equations between sums as data: moves on both sides, then terms compared one by one.

    A move inserts a variable into one factor by total probability, sums one out of it, or puts in
    a factor that sums to 1. A pair
    of terms agrees after instances of proved equations, with their variables put in slots. *)

Require Import List Bool PeanoNat NArith ZArith Ring Permutation.
From LPC Require Import Scalars Spaces Independence Products Derivations Sums.
Import ListNotations.

(** * Data *)

Inductive move :=
  | Insert (position place : nat) (v : N)
  | SumOut (position place : nat) (v : N)
  | Normalise (position : nat) (v given : N).

(** Where a set is impossible some factor of `others` is 0 or undefined. *)
Definition is_covered (covers : list N) (others : list factor) (s : N) : bool :=
  N.eqb s 0 || existsb (subset s) covers || existsb (fun f => subset s (whole f)) others.

Definition others_clean (t : term) (j : nat) (v : N) : bool :=
  read_without v (read t) && clean v (firstn j (factors t)) && clean v (skipn (S j) (factors t)).

Definition inserted (t : term) (j : nat) (v : N) : option term :=
  match nth_error (factors t) j with
  | Some (e, g) =>
      if others_clean t j v && negb (mem v (bound t)) && negb (mem v e) && negb (mem v g)
      then Some (Term (coefficient t) (union (bound t) (set [v])) (read t)
                  (firstn j (factors t) ++ (union e (set [v]), g) :: skipn (S j) (factors t)))
      else None
  | None => None
  end.

Definition summed_out (t : term) (j : nat) (v : N) : option term :=
  match nth_error (factors t) j with
  | Some (e, g) =>
      if others_clean t j v && mem v (bound t) && mem v e && negb (mem v g)
      then Some (Term (coefficient t) (without v (bound t)) (read t)
                  (firstn j (factors t)
                   ++ (if N.eqb (without v e) 0 then nil else [(without v e, g)])
                   ++ skipn (S j) (factors t)))
      else None
  | None => None
  end.

(** A factor P(v | given) that sums to 1. *)
Definition normalised (free : list N) (t : term) (v given : N) : option term :=
  if read_without v (read t) && clean v (factors t) && negb (mem v (bound t)) && negb (mem v given)
     && is_covered (filter (fun c => disjoint c (bound t)) free) (factors t) given
  then Some (Term (coefficient t) (union (bound t) (set [v])) (read t)
              (factors t ++ [(set [v], given)]))
  else None.

Fixpoint changed (k : nat) (f : term -> option term) (l : list term) : option (list term) :=
  match k, l with
  | _, nil => None
  | O, t :: r => match f t with Some t' => Some (t' :: r) | None => None end
  | S k', t :: r => match changed k' f r with Some r' => Some (t :: r') | None => None end
  end.

Definition moved (free : list N) (m : move) (l : list term) : option (list term) :=
  match m with
  | Insert k j v => changed k (fun t => inserted t j v) l
  | SumOut k j v => changed k (fun t => summed_out t j v) l
  | Normalise k v given => changed k (fun t => normalised free t v given) l
  end.

Fixpoint all_moved (free : list N) (ms : list move) (l : list term) : option (list term) :=
  match ms with
  | nil => Some l
  | m :: r => match moved free m l with Some l' => all_moved free r l' | None => None end
  end.

(** * Products that agree *)

Definition products := (list factor * list factor)%type.

(** Where a condition of `one` is impossible the product of `other` is 0. `known`: both products
    are known to be defined. *)
Definition covered (known : bool) (covers : list N) (one other : list factor) : bool :=
  forallb (fun f => is_covered covers other (snd f)
    || (known && forallb (fun h => subset (snd f) (snd h) || is_covered covers other (whole h)) one))
  one.

Definition same_factor (a b : factor) : bool := N.eqb (fst a) (fst b) && N.eqb (snd a) (snd b).

Fixpoint take_one (f : factor) (l : list factor) : option (list factor) :=
  match l with
  | nil => None
  | h :: r => if same_factor f h then Some r else
              match take_one f r with Some q => Some (h :: q) | None => None end
  end.

Fixpoint take (fs l : list factor) : option (list factor) :=
  match fs with
  | nil => Some l
  | f :: r => match take_one f l with Some q => take r q | None => None end
  end.

Definition same_factors (a b : list factor) : bool :=
  match take a b with Some nil => true | _ => false end.

(** Factors on the left of some equations replaced by those on their right. *)
Definition replaced (l : list factor) (equations : list products) : option (list factor) :=
  match take (flat_map fst equations) l with
  | Some rest => Some (flat_map snd equations ++ rest)
  | None => None
  end.

Definition agreed (known : bool) (covers : list N) (l : list factor) (equations : list products)
  : option (list factor) :=
  match replaced l equations with
  | Some new => if covered known covers l new && covered known covers new l then Some new else None
  | None => None
  end.

Fixpoint in_a_row (covers : list N) (l : list factor) (row : list (list products))
  : option (list factor) :=
  match row with
  | nil => Some l
  | step :: r => match agreed false covers l step with Some new => in_a_row covers new r | None => None end
  end.

Definition leads (covers : list N) (l goal : list factor) (row : list (list products)) : bool :=
  match row with
  | [step] => match agreed true covers l step with Some new => same_factors new goal | None => false end
  | _ => match in_a_row covers l row with Some new => same_factors new goal | None => false end
  end.

Definition pair_agrees (free : list N) (a b : term) (row : list (list products)) : bool :=
  Z.eqb (fst (coefficient a)) (fst (coefficient b)) && Z.eqb (snd (coefficient a)) (snd (coefficient b))
  && N.eqb (bound a) (bound b) && same_members (read a) (read b)
  && leads (filter (fun c => disjoint c (bound a)) free) (factors a) (factors b) row.

Fixpoint pairs_agree (free : list N) (left right : list term) (rows : list (list (list products)))
  : bool :=
  match left, right, rows with
  | nil, nil, nil => true
  | a :: l, b :: r, row :: q => pair_agrees free a b row && pairs_agree free l r q
  | _, _, _ => false
  end.

(** * Slots *)

(** A map between variables and slots, the identity where it says nothing. *)
Definition look (l : list (N * N)) (i : N) : N :=
  match find (fun x => N.eqb (fst x) i) l with Some x => snd x | None => i end.

Definition image (slots : list (N * N)) (s : N) : N := set (map (look slots) (elements s)).

(** `variable_of` leads from slots back to variables. *)
Definition fits_slots (variable_of slots : list (N * N)) (s : N) : bool :=
  forallb (fun i => N.eqb (look variable_of (look slots i)) i) (elements s).

Definition instance (variable_of : list (N * N)) (proved : list statement) (x : nat * list (N * N))
  : option products :=
  match nth_error proved (fst x) with
  | Some (Equation l r) =>
      if forallb (fun f => fits_slots variable_of (snd x) (fst f) && fits_slots variable_of (snd x) (snd f)) (l ++ r)
      then Some (map (fun f => (image (snd x) (fst f), image (snd x) (snd f))) l,
                 map (fun f => (image (snd x) (fst f), image (snd x) (snd f))) r)
      else None
  | _ => None
  end.

Fixpoint all_some {A B : Type} (f : A -> option B) (l : list A) : option (list B) :=
  match l with
  | nil => Some nil
  | a :: r => match f a, all_some f r with Some b, Some q => Some (b :: q) | _, _ => None end
  end.

(** Moves on both sides; for each left term in turn the place of its partner, and a row of steps. *)
Record sum_proof := SumProof {
  left_moves : list move;
  right_moves : list move;
  order : list N;
  rows : list (list (list (nat * list (N * N))))
}.

Definition no_term : term := Term (0%Z, 1%Z) 0 nil nil.

Definition sum_checks (assumed : list statement) (proofs : list proof) (variable_of : list (N * N))
    (left right : list term) (q : sum_proof) : bool :=
  let lemmas := map proved proofs in
  let free := free_conditions left ++ free_conditions right in
  evidence_checks assumed lemmas proofs &&
  match all_moved free (left_moves q) left, all_moved free (right_moves q) right,
        all_some (all_some (all_some (instance variable_of lemmas))) (rows q) with
  | Some l, Some r, Some steps =>
      same_members (order q) (map N.of_nat (seq 0 (length r)))
      && pairs_agree free l
           (map (fun i => nth (N.to_nat i) r no_term) (order q)) steps
  | _, _, _ => false
  end.

(** * The slots of a space *)

Section Pulled.

Context {R : scalar} {V : domain} (M : space R V).
Local Open Scope scalar_scope.
Add Ring scalar_ring8 : (is_ring R).

(** Each slot has the value of its variable. *)
Definition pulled (f : N -> N) : space R V.
Proof.
  refine (@Space R V (map (fun wo => (fst wo, fun i => snd wo (f i))) (outcomes M))
    (fun i => alphabet M (f i)) _ _ _ _).
  - intros w o H. apply in_map_iff in H. destruct H as ([w' o'] & E & H). injection E as <- <-.
    exact (weights_nonneg R V M w' o' H).
  - rewrite map_map. simpl. exact (weight_nonzero R V M).
  - intros w o i H. apply in_map_iff in H. destruct H as ([w' o'] & E & H). injection E as <- <-.
    exact (alphabet_complete R V M w' o' (f i) H).
  - intro i. apply (alphabet_nodup R V M).
Defined.

Lemma mem_set : forall l i, mem i (set l) = true <-> In i l.
Proof.
  induction l as [|j l IH]; intro i; cbn [set In].
  - rewrite mem_none. split; [discriminate|easy].
  - unfold mem in *. rewrite N.setbit_eqb, orb_true_iff, N.eqb_eq, IH. tauto.
Qed.

Lemma pulled_p : forall f slots s u,
  (forall i, mem i s = true -> f (look slots i) = i) ->
  p (pulled f) (image slots s) u = p M s (fun i => u (look slots i)).
Proof.
  intros f slots s u H. unfold p, pr, weigh. simpl. rewrite map_map. f_equal. apply map_ext.
  intros [w o]. simpl.
  replace (agrees (image slots s) u (fun i => o (f i))) with (agrees s (fun i => u (look slots i)) o);
    [reflexivity|].
  apply eq_true_iff_eq. rewrite !agrees_spec. split; intros A i Hi.
  - apply mem_set, in_map_iff in Hi. destruct Hi as (j & <- & Hj). apply elements_spec in Hj.
    rewrite A by exact Hj. now rewrite H.
  - rewrite <- (H i Hi) at 2. apply A, mem_set, in_map. now apply elements_spec.
Qed.

Lemma fits_slots_spec : forall vo slots s, fits_slots vo slots s = true ->
  forall i, mem i s = true -> look vo (look slots i) = i.
Proof.
  intros vo slots s H i Hi. unfold fits_slots in H. rewrite forallb_forall in H.
  apply N.eqb_eq, H. now apply elements_spec.
Qed.

Lemma image_union : forall slots s t, image slots (union s t) = union (image slots s) (image slots t).
Proof.
  intros. apply set_ext. intro i. apply eq_true_iff_eq. rewrite mem_union, orb_true_iff.
  unfold image. rewrite !mem_set, !in_map_iff. split.
  - intros (j & E & H). apply elements_spec in H. rewrite mem_union in H. apply orb_prop in H.
    destruct H as [H|H]; [left|right]; exists j; rewrite elements_spec; auto.
  - intros [(j & E & H)|(j & E & H)]; exists j; rewrite elements_spec in *; rewrite mem_union, H;
      auto using orb_true_r.
Qed.

Lemma instance_holds : forall vo lemmas x l r,
  (forall s, In s lemmas -> holds M s) -> instance vo lemmas x = Some (l, r) ->
  equation (pulled (look vo)) l r.
Proof.
  intros vo lemmas [k slots] l r H E. unfold instance in E. cbn [fst snd] in E.
  destruct (nth_error lemmas k) as [[|l0 r0|]|] eqn:Ek; try discriminate.
  match type of E with (if ?c then _ else _) = _ => destruct c eqn:F; [|discriminate] end.
  injection E as <- <-. apply nth_error_In, H in Ek. cbn [holds] in Ek.
  rewrite forallb_forall in F.
  assert (Fs : forall f i, In f (l0 ++ r0) -> mem i (whole f) = true -> look vo (look slots i) = i).
  { intros f i Hf Hi. specialize (F f Hf). apply andb_prop in F. destruct F as [A B].
    unfold whole in Hi. rewrite mem_union in Hi. apply orb_prop in Hi.
    destruct Hi as [Hi|Hi]; [exact (fits_slots_spec _ _ _ A i Hi)|exact (fits_slots_spec _ _ _ B i Hi)]. }
  intros u Hu C. set (M' := pulled (look vo)) in *.
  destruct (some_valid M) as [d Hd].
  pose (v := fun i => if N.eqb (look vo (look slots i)) i then u (look slots i) else d i).
  assert (Hv : valid M v).
  { intro i. unfold v. destruct (N.eqb_spec (look vo (look slots i)) i) as [E|_]; [|apply Hd].
    rewrite <- E at 2. apply (Hu (look slots i)). }
  assert (P : forall s, (forall i, mem i s = true -> look vo (look slots i) = i) ->
    p M' (image slots s) u = p M s v).
  { intros s Hs. unfold M'. rewrite pulled_p by exact Hs. apply p_point. intros i Hi.
    unfold v. rewrite (Hs i Hi), N.eqb_refl. reflexivity. }
  assert (Q : forall fs, (forall f, In f fs -> In f (l0 ++ r0)) ->
    prod M' (numerators (map (fun f => (image slots (fst f), image slots (snd f))) fs)) u = prod M (numerators fs) v
    /\ prod M' (conditions (map (fun f => (image slots (fst f), image slots (snd f))) fs)) u = prod M (conditions fs) v).
  { induction fs as [|[e g] fs IH]; intro I; [split; reflexivity|].
    destruct IH as [A B]; [intros; apply I; now right|].
    assert (Hs := fun i => Fs (e, g) i (I _ (or_introl eq_refl))). unfold whole in Hs. cbn [fst snd] in Hs.
    cbn [map numerators conditions fst snd]. split.
    - change (p M' (union (image slots e) (image slots g)) u * prod M' (numerators (map (fun f => (image slots (fst f), image slots (snd f))) fs)) u
        = p M (union e g) v * prod M (numerators fs) v).
      rewrite A, <- image_union, P; [reflexivity|exact Hs].
    - change (p M' (image slots g) u * prod M' (conditions (map (fun f => (image slots (fst f), image slots (snd f))) fs)) u
        = p M g v * prod M (conditions fs) v).
      rewrite B, P; [reflexivity|]. intros i Hi. apply Hs. rewrite mem_union, Hi. apply orb_true_r. }
  destruct (Q l0) as [A1 A2]; [intros; apply in_or_app; auto|].
  destruct (Q r0) as [B1 B2]; [intros; apply in_or_app; auto|].
  rewrite A1, A2, B1, B2. apply Ek; [exact Hv|]. intros s Hs.
  assert (Hf : exists f, In f (l0 ++ r0) /\ snd f = s).
  { unfold conditions in Hs. rewrite <- map_app in Hs. apply in_map_iff in Hs.
    destruct Hs as (f & E & Hf). eauto. }
  destruct Hf as (f & Hf & <-). rewrite <- P.
  - apply C. unfold conditions. rewrite <- map_app, <- map_app. apply in_map_iff.
    exists (image slots (fst f), image slots (snd f)). split; [reflexivity|].
    apply in_map_iff. exists f. auto.
  - intros i Hi. apply (Fs f i Hf). unfold whole. rewrite mem_union, Hi. apply orb_true_r.
Qed.

End Pulled.

(** * Soundness *)

Section Soundness.

Context {K : field} {V : domain} (M : space K V) (reading : N -> V -> K).
Local Open Scope scalar_scope.
Add Ring scalar_ring9 : (is_ring K).

Local Notation value := (value M reading).
Local Notation summand := (summand M reading).
Local Notation term_defined := (term_defined M reading).
Local Notation product_defined := (product_defined M reading).

Variable free : list N.

Definition keeps (t t' : term) : Prop := forall u, valid M u ->
  (forall c, In c free -> p M c u <> 0) -> term_defined t u ->
  value t' u = value t u /\ term_defined t' u.

Lemma same_some : forall (A : Type) (a b : A), Some a = Some b -> a = b.
Proof. now intros A a b [= ->]. Qed.

Lemma split_at : forall (l : list factor) j x, nth_error l j = Some x ->
  l = firstn j l ++ x :: skipn (S j) l.
Proof.
  induction l as [|a l IH]; intros [|j] x H; try discriminate.
  - now injection H as ->.
  - cbn [firstn app]. f_equal. now apply IH.
Qed.

Lemma without_added : forall v e, mem v e = false -> without v (union e (set [v])) = e.
Proof.
  intros v e H. apply set_ext. intro i. unfold without. rewrite mem_minus, mem_union, mem_single.
  destruct (N.eqb_spec v i); [subst; now rewrite H|]. destruct (mem i e); reflexivity.
Qed.

Lemma added_without : forall v b, mem v b = true -> union (without v b) (set [v]) = b.
Proof.
  intros v b H. apply set_ext. intro i. unfold without. rewrite mem_union, mem_minus, mem_single.
  destruct (N.eqb_spec v i); [subst; now rewrite H|]. destruct (mem i b); reflexivity.
Qed.

Lemma without_mem : forall v b, mem v (without v b) = false.
Proof. intros. unfold without. rewrite mem_minus, mem_single, N.eqb_refl. apply andb_false_r. Qed.

Ltac split_checks H := repeat (apply andb_prop in H; let A := fresh "A" in destruct H as [H A]).

Lemma inserted_spec : forall t j v t', inserted t j v = Some t' -> keeps t t'.
Proof.
  intros [c b r l] j v t' H u Hu _ D. unfold inserted in H. cbn [factors bound read coefficient] in *.
  destruct (nth_error l j) as [[e g]|] eqn:E; [|discriminate].
  match type of H with (if ?x then _ else _) = _ => destruct x eqn:C; [|discriminate] end.
  apply same_some in H. subst t'. unfold others_clean in C. cbn [factors read] in C. split_checks C.
  apply negb_true_iff in A, A0, A1. apply split_at in E.
  set (l1 := firstn j l) in *. set (l2 := skipn (S j) l) in *. clearbody l1 l2. subst l.
  assert (W := without_added v e A0).
  assert (He : mem v (union e (set [v])) = true).
  { rewrite mem_union, mem_single, N.eqb_refl. apply orb_true_r. }
  split.
  - unfold Sums.value. cbn [factors bound read coefficient]. f_equal.
    rewrite (one_place_sum M reading v (union e (set [v])) g b r l1 l2); auto. now rewrite W.
  - intros w Hw. cbn [factors bound read] in *.
    apply (inserted_defined M reading v (union e (set [v])) g b r l1 l2 He A A1 C A3 A2 u Hu); [|exact Hw].
    rewrite W. exact D.
Qed.

Lemma summed_out_spec : forall t j v t', summed_out t j v = Some t' -> keeps t t'.
Proof.
  intros [c b r l] j v t' H u Hu _ D. unfold summed_out in H. cbn [factors bound read coefficient] in *.
  destruct (nth_error l j) as [[e g]|] eqn:E; [|discriminate].
  match type of H with (if ?x then _ else _) = _ => destruct x eqn:C; [|discriminate] end.
  apply same_some in H. subst t'. unfold others_clean in C. cbn [factors read] in C. split_checks C.
  apply negb_true_iff in A. apply split_at in E.
  set (l1 := firstn j l) in *. set (l2 := skipn (S j) l) in *. clearbody l1 l2. subst l.
  assert (W := added_without v b A1). assert (Nb := without_mem v b).
  assert (S1 := one_place_sum M reading v e g (without v b) r l1 l2 A0 A Nb C A3 A2 u Hu).
  unfold Sums.term_defined in D. cbn [factors bound read] in D. rewrite <- W in D.
  assert (D1 := summed_out_defined M reading v e g (without v b) r l1 l2 A0 A Nb C A3 A2 u D).
  rewrite W in S1.
  unfold Sums.value, Sums.term_defined. cbn [factors bound read coefficient].
  unfold factor in *. rewrite S1.
  destruct (N.eqb_spec (without v e) 0) as [Z|Z]; cbn [app].
  - rewrite Z in *. destruct (empty_dropped M reading r l1 l2 g (without v b) u Hu D1) as [X Y].
    rewrite X. auto.
  - auto.
Qed.

Lemma is_covered_zero : forall covers others s u, (forall c, In c covers -> p M c u <> 0) ->
  is_covered covers others s = true -> p M s u = 0 -> conditionals M others u = 0.
Proof.
  intros covers others s u Hc H Z. unfold is_covered in H. apply orb_prop in H. destruct H as [H|H].
  - exfalso. apply orb_prop in H. destruct H as [H|H].
    + apply N.eqb_eq in H. subst. now apply (p_none M u).
    + apply existsb_exists in H. destruct H as (c & I & S). now apply (p_subset M s c u S (Hc c I)).
  - apply existsb_exists in H. destruct H as (f & I & S). apply (conditionals_zero M others f u I).
    apply (pr_zero M _ (agrees s u)); [|exact Z]. intro o. now apply agrees_subset.
Qed.

Lemma factor_added : forall covers r l g u, (forall c, In c covers -> p M c u <> 0) ->
  is_covered covers l g = true -> product_defined r l u ->
  summand r (l ++ [(0%N, g)]) u = summand r l u /\ product_defined r (l ++ [(0%N, g)]) u.
Proof.
  intros covers r l g u Hc C D.
  assert (E : conditionals M [(0%N, g)] u = p M g u * inv (p M g u)).
  { unfold conditionals. cbn [map product]. unfold conditional. cbn [fst snd]. 
    change (whole (0%N, g)) with g. ring. }
  unfold Sums.summand. rewrite conditionals_app, E.
  destruct D as [(s & Hs & Z)|[(f & Hf & P & Z)|P]].
  - rewrite (readings_zero reading r s u Hs Z). split; [ring|]. left. eauto.
  - rewrite (conditionals_zero M l f u Hf Z). split; [ring|]. right. left. exists f.
    split; [apply in_or_app; now left|auto].
  - destruct (zero_or_not K (p M g u)) as [Z|N].
    + rewrite (is_covered_zero covers l g u Hc C Z). split; [ring|].
      unfold is_covered in C. apply orb_prop in C. destruct C as [C|C].
      * exfalso. apply orb_prop in C. destruct C as [C|C].
        -- apply N.eqb_eq in C. subst. now apply (p_none M u).
        -- apply existsb_exists in C. destruct C as (c & I & S). now apply (p_subset M g c u S (Hc c I)).
      * apply existsb_exists in C. destruct C as (f & I & S). right. left. exists f.
        split; [apply in_or_app; now left|]. split; [now apply P|].
        apply (pr_zero M _ (agrees g u)); [|exact Z]. intro o. now apply agrees_subset.
    + split; [rewrite inv_spec by exact N; ring|]. right. right. intros f Hf.
      apply in_app_or in Hf. destruct Hf as [Hf|[<-|[]]]; [now apply P|exact N].
Qed.

Lemma normalised_spec : forall t v g t', normalised free t v g = Some t' -> keeps t t'.
Proof.
  intros [c b r l] v g t' H u Hu Hc D. unfold normalised in H. cbn [factors bound read coefficient] in *.
  match type of H with (if ?x then _ else _) = _ => destruct x eqn:C; [|discriminate] end.
  apply same_some in H. subst t'. split_checks C. apply negb_true_iff in A0, A1.
  assert (W : without v (set [v]) = 0%N).
  { apply set_ext. intro i. unfold without. rewrite mem_minus, mem_none. apply andb_negb_r. }
  assert (He : mem v (set [v]) = true) by (rewrite mem_single; apply N.eqb_refl).
  assert (F : forall w, varied M b u w ->
    summand r (l ++ [(0%N, g)]) w = summand r l w /\ product_defined r (l ++ [(0%N, g)]) w).
  { intros w Hw. apply (factor_added (filter (fun c => disjoint c b) free)); [|exact A|exact (D w Hw)].
    intros k I. apply filter_In in I. destruct I as [I J]. rewrite (p_point M k w u); [now apply Hc|].
    intros i Hi. apply Hw. exact (disjoint_spec k b i J Hi). }
  split.
  - unfold Sums.value. cbn [factors bound read coefficient]. f_equal.
    rewrite (one_place_sum M reading v (set [v]) g b r l nil); auto. rewrite W.
    apply (sum_over_same M reading); [exact Hu|]. intros w Hw O. apply F. split; [exact Hw|].
    intros i Hi. apply O. rewrite elements_spec. congruence.
  - intros w Hw. cbn [factors bound read] in *.
    apply (inserted_defined M reading v (set [v]) g b r l nil He A0 A1 C A2 eq_refl u Hu); [|exact Hw].
    rewrite W. intros z Hz. now apply F.
Qed.

Lemma changed_spec : forall f, (forall t t', f t = Some t' -> keeps t t') ->
  forall k l l', changed k f l = Some l' -> forall u, valid M u ->
  (forall c, In c free -> p M c u <> 0) -> (forall t, In t l -> term_defined t u) ->
  sum_value M reading l' u = sum_value M reading l u /\ (forall t, In t l' -> term_defined t u).
Proof.
  intros f H. induction k as [|k IH]; intros [|t l] l' E u Hu Hc D; try discriminate; cbn [changed] in E.
  - destruct (f t) as [t'|] eqn:F; [|discriminate]. injection E as <-.
    destruct (H t t' F u Hu Hc (D t (or_introl eq_refl))) as [A B]. split.
    + unfold sum_value. cbn [map total]. now rewrite A.
    + intros x [<-|Hx]; [exact B|]. apply D. now right.
  - destruct (changed k f l) as [r'|] eqn:F; [|discriminate]. injection E as <-.
    destruct (IH l r' F u Hu Hc (fun x Hx => D x (or_intror Hx))) as [A B]. split.
    + unfold sum_value in *. cbn [map total]. now rewrite A.
    + intros x [<-|Hx]; [apply D; now left|auto].
Qed.

Lemma all_moved_spec : forall ms l l', all_moved free ms l = Some l' ->
  forall u, valid M u -> (forall c, In c free -> p M c u <> 0) -> (forall t, In t l -> term_defined t u) ->
  sum_value M reading l' u = sum_value M reading l u /\ (forall t, In t l' -> term_defined t u).
Proof.
  induction ms as [|m ms IH]; cbn [all_moved]; intros l l' E u Hu Hc D.
  - injection E as <-. auto.
  - destruct (moved free m l) as [q|] eqn:F; [|discriminate].
    assert (G : sum_value M reading q u = sum_value M reading l u /\ (forall t, In t q -> term_defined t u)).
    { destruct m as [k j v|k j v|k v g]; cbn [moved] in F;
        refine (changed_spec _ _ k l q F u Hu Hc D); intros t t';
        [apply inserted_spec|apply summed_out_spec|apply normalised_spec]. }
    destruct G as [A B]. destruct (IH q l' E u Hu Hc B) as [X Y]. split; [now rewrite X|exact Y].
Qed.

(** Products. *)

Lemma same_factor_spec : forall a b, same_factor a b = true -> a = b.
Proof.
  intros [a1 a2] [b1 b2] H. unfold same_factor in H. cbn [fst snd] in H. apply andb_prop in H.
  destruct H as [H1 H2]. apply N.eqb_eq in H1, H2. now subst.
Qed.

Lemma take_one_spec : forall f l q, take_one f l = Some q -> Permutation l (f :: q).
Proof.
  induction l as [|h l IH]; cbn [take_one]; intros q H; [discriminate|].
  destruct (same_factor f h) eqn:E.
  - apply same_factor_spec in E. subst. now injection H as ->.
  - destruct (take_one f l) as [q'|]; [|discriminate]. injection H as <-.
    rewrite (IH q') by reflexivity. apply perm_swap.
Qed.

Lemma take_spec : forall fs l q, take fs l = Some q -> Permutation l (fs ++ q).
Proof.
  induction fs as [|f fs IH]; cbn [take]; intros l q H.
  - now injection H as ->.
  - destruct (take_one f l) as [q'|] eqn:E; [|discriminate]. apply take_one_spec in E.
    rewrite E. cbn [app]. constructor. now apply IH.
Qed.

Lemma same_factors_spec : forall a b, same_factors a b = true -> Permutation a b.
Proof.
  intros a b H. unfold same_factors in H. destruct (take a b) as [[|x q]|] eqn:E; try discriminate.
  apply take_spec in E. rewrite app_nil_r in E. now symmetry.
Qed.

Lemma possible_or_not : forall (l : list factor) u,
  (forall f, In f l -> p M (snd f) u <> 0) \/ (exists f, In f l /\ p M (snd f) u = 0).
Proof.
  induction l as [|f l IH]; intro u; [now left|].
  destruct (zero_or_not K (p M (snd f) u)) as [Z|Z]; [right; exists f; split; [now left|exact Z]|].
  destruct (IH u) as [A|(h & Hh & E)].
  - left. intros x [<-|Hx]; auto.
  - right. exists h. split; [now right|exact E].
Qed.

Lemma conditionals_product : forall l u, (forall f, In f l -> p M (snd f) u <> 0) ->
  conditionals M l u * prod M (conditions l) u = prod M (numerators l) u.
Proof.
  induction l as [|f l IH]; intros u H.
  - unfold conditionals, prod. cbn. ring.
  - change (conditionals M (f :: l) u) with (p M (whole f) u * inv (p M (snd f) u) * conditionals M l u).
    change (prod M (conditions (f :: l)) u) with (p M (snd f) u * prod M (conditions l) u).
    change (prod M (numerators (f :: l)) u) with (p M (whole f) u * prod M (numerators l) u).
    rewrite <- IH by (intros; apply H; now right).
    assert (I := inv_spec K (p M (snd f) u) (H f (or_introl eq_refl))).
    transitivity (p M (whole f) u * (p M (snd f) u * inv (p M (snd f) u))
      * (conditionals M l u * prod M (conditions l) u)); [ring|]. rewrite I. ring.
Qed.

Lemma equation_conditionals : forall l r u, equation M l r -> valid M u ->
  (forall f, In f (l ++ r) -> p M (snd f) u <> 0) -> conditionals M l u = conditionals M r u.
Proof.
  intros l r u E Hu C.
  assert (Cs : forall s, In s (conditions l ++ conditions r) -> p M s u <> 0).
  { intros s Hs. unfold conditions in Hs. rewrite <- map_app in Hs. apply in_map_iff in Hs.
    destruct Hs as (f & <- & Hf). now apply C. }
  specialize (E u Hu Cs).
  rewrite <- (conditionals_product l), <- (conditionals_product r) in E
    by (intros; apply C, in_or_app; auto).
  apply (cancel_left K (prod M (conditions l) u * prod M (conditions r) u)).
  - apply nonzero_mul; apply prod_nonzero; intros; apply Cs, in_or_app; auto.
  - transitivity (conditionals M l u * prod M (conditions l) u * prod M (conditions r) u); [ring|].
    rewrite E. ring.
Qed.

Lemma covered_zero : forall known covers r one other u, (forall c, In c covers -> p M c u <> 0) ->
  covered known covers one other = true -> (known = true -> product_defined r one u) ->
  (exists f, In f one /\ p M (snd f) u = 0) -> summand r other u = 0.
Proof.
  intros known covers r one other u Hc H D (f & Hf & Z). unfold covered in H.
  rewrite forallb_forall in H. specialize (H f Hf). unfold Sums.summand.
  apply orb_prop in H. destruct H as [H|H].
  - rewrite (is_covered_zero covers other (snd f) u Hc H Z). ring.
  - apply andb_prop in H. destruct H as [-> H]. rewrite forallb_forall in H.
    destruct (D eq_refl) as [(s & Hs & E)|[(h & Hh & P & E)|P]].
    + rewrite (readings_zero reading r s u Hs E). ring.
    + specialize (H h Hh). apply orb_prop in H. destruct H as [H|H].
      * exfalso. apply P. apply (pr_zero M _ (agrees (snd f) u)); [|exact Z]. intro o.
        now apply agrees_subset.
      * rewrite (is_covered_zero covers other (whole h) u Hc H E). ring.
    + exfalso. now apply (P f Hf).
Qed.

Lemma impossible_zero : forall r l u, (exists f, In f l /\ p M (snd f) u = 0) -> summand r l u = 0.
Proof.
  intros r l u (f & Hf & Z). unfold Sums.summand.
  rewrite (conditionals_zero M l f u Hf (whole_zero M f u Z)). ring.
Qed.

Lemma replaced_spec : forall l eqs new u, (forall q, In q eqs -> equation M (fst q) (snd q)) ->
  replaced l eqs = Some new -> valid M u -> (forall f, In f (l ++ new) -> p M (snd f) u <> 0) ->
  conditionals M l u = conditionals M new u.
Proof.
  intros l eqs new u E H Hu C. unfold replaced in H.
  destruct (take (flat_map fst eqs) l) as [rest|] eqn:T; [|discriminate]. injection H as <-.
  apply take_spec in T. rewrite (conditionals_perm M _ _ u T), !conditionals_app. f_equal.
  assert (G : forall f, In f (flat_map fst eqs ++ flat_map snd eqs) -> p M (snd f) u <> 0).
  { intros f Hf. apply C. apply in_app_or in Hf. apply in_or_app. destruct Hf as [Hf|Hf].
    - left. rewrite T. apply in_or_app. now left.
    - right. apply in_or_app. now left. }
  clear T C. induction eqs as [|[a b] eqs IH]; [reflexivity|]. cbn [flat_map fst snd].
  rewrite !conditionals_app. f_equal.
  - apply equation_conditionals; [exact (E (a, b) (or_introl eq_refl))|exact Hu|].
    intros f Hf. apply G. cbn [flat_map fst snd]. rewrite !in_app_iff in *. tauto.
  - apply IH.
    + intros; apply E. now right.
    + intros f Hf. apply G. cbn [flat_map fst snd]. rewrite !in_app_iff in *. tauto.
Qed.

Lemma agreed_spec : forall known covers r l eqs new u, (forall c, In c covers -> p M c u <> 0) ->
  (forall q, In q eqs -> equation M (fst q) (snd q)) -> valid M u ->
  agreed known covers l eqs = Some new ->
  (known = true -> product_defined r l u /\ product_defined r new u) ->
  summand r l u = summand r new u.
Proof.
  intros known covers r l eqs new u Hc E Hu H D. unfold agreed in H.
  destruct (replaced l eqs) as [q|] eqn:Q; [|discriminate].
  destruct (covered known covers l q && covered known covers q l) eqn:C; [|discriminate].
  injection H as ->. apply andb_prop in C. destruct C as [C1 C2].
  destruct (possible_or_not l u) as [A|A].
  - destruct (possible_or_not new u) as [B|B].
    + unfold Sums.summand. f_equal. apply (replaced_spec l eqs new u E Q Hu).
      intros f Hf. apply in_app_or in Hf. destruct Hf; auto.
    + rewrite (impossible_zero r new u B).
      apply (covered_zero known covers r new l u Hc C2); [|exact B]. intro. now apply D.
  - rewrite (impossible_zero r l u A). symmetry.
    apply (covered_zero known covers r l new u Hc C1); [|exact A]. intro. now apply D.
Qed.

Lemma in_a_row_spec : forall covers r row l new u, (forall c, In c covers -> p M c u <> 0) ->
  (forall step q, In step row -> In q step -> equation M (fst q) (snd q)) -> valid M u ->
  in_a_row covers l row = Some new -> summand r l u = summand r new u.
Proof.
  intros covers r. induction row as [|step row IH]; cbn [in_a_row]; intros l new u Hc E Hu H.
  - now injection H as ->.
  - destruct (agreed false covers l step) as [q|] eqn:A; [|discriminate].
    rewrite (agreed_spec false covers r l step q u Hc (fun x => E step x (or_introl eq_refl)) Hu A);
      [|discriminate].
    apply IH; auto. intros s x Hs. apply E. now right.
Qed.

Lemma product_defined_perm : forall r l l' u, Permutation l l' ->
  product_defined r l' u -> product_defined r l u.
Proof.
  intros r l l' u P [A|[(f & Hf & B)|C]]; [now left| |].
  - right. left. exists f. split; [|exact B]. now rewrite P.
  - right. right. intros f Hf. apply C. now rewrite <- P.
Qed.

Lemma leads_spec : forall covers r l goal row u, (forall c, In c covers -> p M c u <> 0) ->
  (forall step q, In step row -> In q step -> equation M (fst q) (snd q)) -> valid M u ->
  leads covers l goal row = true -> product_defined r l u -> product_defined r goal u ->
  summand r l u = summand r goal u.
Proof.
  intros covers r l goal row u Hc E Hu H Dl Dg.
  assert (Same : forall new, same_factors new goal = true -> summand r new u = summand r goal u).
  { intros new S. unfold Sums.summand. f_equal. now apply conditionals_perm, same_factors_spec. }
  assert (Long : match in_a_row covers l row with Some new => same_factors new goal | None => false end
    = true -> summand r l u = summand r goal u).
  { destruct (in_a_row covers l row) as [new|] eqn:A; [|discriminate]. intro S.
    rewrite (in_a_row_spec covers r row l new u Hc E Hu A). now apply Same. }
  unfold leads in H. destruct row as [|step [|s2 row]]; auto.
  destruct (agreed true covers l step) as [new|] eqn:A; [|discriminate].
  rewrite (agreed_spec true covers r l step new u Hc (fun x => E step x (or_introl eq_refl)) Hu A); auto.
  intros _. split; [exact Dl|]. now apply (product_defined_perm r new goal u (same_factors_spec _ _ H)).
Qed.

Lemma readings_perm : forall a b u, Permutation a b -> readings reading a u = readings reading b u.
Proof.
  intros a b u H. unfold readings. induction H; simpl; try ring.
  - now rewrite IHPermutation.
  - now rewrite IHPermutation1.
Qed.

Lemma pair_agrees_spec : forall a b row u, valid M u -> (forall c, In c free -> p M c u <> 0) ->
  (forall step q, In step row -> In q step -> equation M (fst q) (snd q)) ->
  pair_agrees free a b row = true -> term_defined a u -> term_defined b u -> value a u = value b u.
Proof.
  intros [ca ba ra la] [cb bb rb lb] row u Hu Hc E H Da Db. unfold pair_agrees in H.
  cbn [coefficient bound read factors] in H. split_checks H.
  apply Z.eqb_eq in H, A2. apply N.eqb_eq in A1. apply same_members_spec in A0.
  destruct ca as [na da], cb as [nb db]. cbn [fst snd] in *. subst.
  unfold Sums.value. cbn [coefficient bound read factors]. f_equal.
  apply (sum_over_same M reading); [exact Hu|]. intros w Hw O.
  assert (Vw : varied M bb u w).
  { split; [exact Hw|]. intros i Hi. apply O. rewrite elements_spec. congruence. }
  assert (S : summand rb lb w = summand ra lb w).
  { unfold Sums.summand. f_equal. now apply readings_perm, Permutation_sym. }
  rewrite S. apply (leads_spec (filter (fun c => disjoint c bb) free) ra la lb row w); auto.
  - intros c I. apply filter_In in I. destruct I as [I D]. rewrite (p_point M c w u); [now apply Hc|].
    intros i Hi. apply Vw. exact (disjoint_spec c bb i D Hi).
  - destruct (Db w Vw) as [(s & Hs & Z)|B]; [left; exists s; split; [now rewrite A0|exact Z]|now right].
Qed.

Lemma pairs_agree_spec : forall u, valid M u -> (forall c, In c free -> p M c u <> 0) ->
  forall left right rows,
  (forall row step q, In row rows -> In step row -> In q step -> equation M (fst q) (snd q)) ->
  pairs_agree free left right rows = true ->
  (forall t, In t left -> term_defined t u) -> (forall t, In t right -> term_defined t u) ->
  sum_value M reading left u = sum_value M reading right u.
Proof.
  intros u Hu Hc. induction left as [|a l IH]; intros [|b r] [|row q] E H Dl Dr; try discriminate.
  - reflexivity.
  - cbn [pairs_agree] in H. apply andb_prop in H. destruct H as [H1 H2]. unfold sum_value in *.
    cbn [map total]. f_equal.
    + apply (pair_agrees_spec a b row u Hu Hc); auto.
      * intros step x. apply E. now left.
      * apply Dl. now left.
      * apply Dr. now left.
    + apply (IH r q); auto.
      * intros x step y Hx. apply E. now right.
      * intros t Ht. apply Dl. now right.
      * intros t Ht. apply Dr. now right.
Qed.

Lemma sum_value_perm : forall a b u, Permutation a b -> sum_value M reading a u = sum_value M reading b u.
Proof.
  intros a b u H. unfold sum_value. induction H; simpl; try ring.
  - now rewrite IHPermutation.
  - now rewrite IHPermutation1.
Qed.

Lemma nth_all : forall r : list term, map (fun i => nth i r no_term) (seq 0 (length r)) = r.
Proof.
  induction r as [|t r IH]; [reflexivity|]. cbn [length seq].
  rewrite <- seq_shift, map_cons, map_map. exact (f_equal (cons t) IH).
Qed.

Lemma reordered : forall (r : list term) order,
  same_members order (map N.of_nat (seq 0 (length r))) = true ->
  Permutation (map (fun i => nth (N.to_nat i) r no_term) order) r.
Proof.
  intros r order H. apply same_members_spec in H. rewrite (Permutation_map _ H), map_map.
  apply Permutation_refl'. transitivity (map (fun i => nth i r no_term) (seq 0 (length r))).
  - apply map_ext. intro i. now rewrite Nat2N.id.
  - apply nth_all.
Qed.

End Soundness.

Lemma all_some_spec : forall {A B : Type} (f : A -> option B) l q, all_some f l = Some q ->
  forall b, In b q -> exists a, In a l /\ f a = Some b.
Proof.
  intros A B f. induction l as [|a l IH]; cbn [all_some]; intros q H b Hb.
  - injection H as <-. easy.
  - destruct (f a) as [c|] eqn:E; [|discriminate]. destruct (all_some f l) as [r|]; [|discriminate].
    injection H as <-. destruct Hb as [<-|Hb]; [exists a; split; [now left|exact E]|].
    destruct (IH r eq_refl b Hb) as (x & Hx & Ex). exists x. split; [now right|exact Ex].
Qed.

(** What the evidence of a certificate about sums shows of every space over a field. *)
Theorem sums_sound : forall assumed proofs variable_of left right q,
  sum_checks assumed proofs variable_of left right q = true ->
  forall (K : field) (V : domain) (M : space K V) (reading : N -> V -> K),
    (forall s, In s assumed -> holds M s) ->
    sums_equal (pulled M (look variable_of)) (fun s => reading (look variable_of s)) left right.
Proof.
  intros assumed proofs vo left right q H K V M reading A u Hu Hc Dl Dr.
  unfold sum_checks in H. apply andb_prop in H. destruct H as [H0 H].
  assert (L := evidence_holds M assumed (map proved proofs) proofs H0 A).
  set (free := free_conditions left ++ free_conditions right) in *.
  destruct (all_moved free (left_moves q) left) as [l|] eqn:El; [|discriminate].
  destruct (all_moved free (right_moves q) right) as [r|] eqn:Er; [|discriminate].
  destruct (all_some (all_some (all_some (instance vo (map proved proofs)))) (rows q)) as [steps|] eqn:Es;
    [|discriminate].
  apply andb_prop in H. destruct H as [Ho Hp]. apply reordered in Ho.
  set (M' := pulled M (look vo)) in *. set (rd := fun s => reading (look vo s)) in *.
  destruct (all_moved_spec M' rd free _ _ _ El u Hu Hc Dl) as [Vl Dl'].
  destruct (all_moved_spec M' rd free _ _ _ Er u Hu Hc Dr) as [Vr Dr'].
  rewrite <- Vl, <- Vr, <- (sum_value_perm M' rd _ _ u Ho).
  apply (pairs_agree_spec M' rd free u Hu Hc l _ steps); [|exact Hp|exact Dl'|].
  - intros row step [a b] I1 I2 I3.
    destruct (all_some_spec _ _ _ Es row I1) as (row0 & _ & E1).
    destruct (all_some_spec _ _ _ E1 step I2) as (step0 & _ & E2).
    destruct (all_some_spec _ _ _ E2 (a, b) I3) as (x & _ & E3).
    exact (instance_holds M vo _ x a b L E3).
  - intros t Ht. apply Dr'. now rewrite <- Ho.
Qed.
