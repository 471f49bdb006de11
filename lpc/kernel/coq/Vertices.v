(** Polynomials, linear in each of some probability distributions, are at most 0 everywhere when
    they are at the vertices: where each distribution is concentrated on one value. *)

Require Import List Bool PeanoNat NArith ZArith Lia Ring.
From LPC Require Import Scalars Sums.
Import ListNotations.

(** A whole number times a product of probabilities: of value v in distribution k. *)
Definition monomial := (Z * list (nat * N))%type.

Fixpoint pull (k : nat) (l : list (nat * N)) : option (N * list (nat * N)) :=
  match l with
  | nil => None
  | x :: r => if Nat.eqb (fst x) k then Some (snd x, r) else
              match pull k r with Some (v, q) => Some (v, x :: q) | None => None end
  end.

(** What is left when distribution k is concentrated on v. *)
Definition fixed (k : nat) (v : N) (m : monomial) : list monomial :=
  match pull k (snd m) with
  | None => [m]
  | Some (v', rest) => if N.eqb v v' then [(fst m, rest)] else nil
  end.

Definition in_range (k : nat) (values : list N) (m : monomial) : bool :=
  match pull k (snd m) with None => true | Some (v, _) => existsb (N.eqb v) values end.

Definition sum_of (l : list monomial) : Z := fold_right (fun m t => (fst m + t)%Z) 0%Z l.

(** At every vertex the polynomial is at most 0; `places` are the distributions with their values. *)
Fixpoint at_most_zero (places : list (nat * list N)) (l : list monomial) : bool :=
  match places with
  | nil => forallb (fun m => match snd m with nil => true | _ => false end) l && Z.leb (sum_of l) 0
  | (k, values) :: r =>
      forallb (in_range k values) l && forallb (fun v => at_most_zero r (flat_map (fixed k v) l)) values
  end.

Section Vertices.

Context {K : field}.
Local Open Scope scalar_scope.
Add Ring scalar_ring10 : (is_ring K).

Lemma of_positive_succ : forall k, @of_positive K (Pos.succ k) = 1 + of_positive k.
Proof. induction k; cbn [Pos.succ of_positive]; rewrite ?IHk; ring. Qed.

Lemma of_integer_succ : forall z, @of_integer K (Z.succ z) = 1 + of_integer z.
Proof.
  intros [|k|k].
  - cbn. ring.
  - replace (Z.succ (Zpos k)) with (Zpos (Pos.succ k)) by lia. apply of_positive_succ.
  - destruct (Pos.succ_pred_or k) as [->|E]; [cbn; ring|]. rewrite <- E.
    replace (Z.succ (Zneg (Pos.succ (Pos.pred k)))) with (Zneg (Pos.pred k)) by lia.
    cbn [of_integer]. rewrite of_positive_succ. ring.
Qed.

Lemma cancel_plus : forall c a b : K, c + a = c + b -> a = b.
Proof.
  intros c a b H. transitivity (c + a - c); [ring|]. rewrite H. ring.
Qed.

Lemma of_integer_add : forall a b, @of_integer K (a + b) = of_integer a + of_integer b.
Proof.
  intros a b. revert a. refine (Z.peano_ind _ _ _ _).
  - cbn. ring.
  - intros a H. replace (Z.succ a + b)%Z with (Z.succ (a + b)) by lia.
    rewrite !of_integer_succ, H. ring.
  - intros a H.
    assert (E := of_integer_succ (Z.pred a + b)). assert (F := of_integer_succ (Z.pred a)).
    replace (Z.succ (Z.pred a + b)) with (a + b)%Z in E by lia. rewrite Z.succ_pred in F.
    rewrite H, F in E. apply (cancel_plus (1 : K)). rewrite <- E. ring.
Qed.

Lemma of_positive_nonneg : forall k, nonneg (@of_positive K k).
Proof.
  induction k; cbn [of_positive]; auto using nonneg_add, nonneg_one.
Qed.

Variable r : nat -> N -> K.

Definition monomial_value (m : monomial) : K :=
  of_integer (fst m) * product (map (fun x => r (fst x) (snd x)) (snd m)).
Definition polynomial_value (l : list monomial) : K := total (map monomial_value l).

(** A probability distribution over some values. *)
Definition distribution (k : nat) (values : list N) : Prop :=
  NoDup values /\ total (map (r k) values) = 1 /\ forall v, nonneg (r k v).

Lemma polynomial_app : forall a b, polynomial_value (a ++ b) = polynomial_value a + polynomial_value b.
Proof. intros. unfold polynomial_value. induction a; simpl; [ring|]. rewrite IHa. ring. Qed.

Lemma pull_spec : forall k l v q, pull k l = Some (v, q) ->
  product (map (fun x => r (fst x) (snd x)) l) = r k v * product (map (fun x => r (fst x) (snd x)) q).
Proof.
  induction l as [|[j c] l IH]; intros v q H; [discriminate|]. cbn [pull fst snd] in H.
  destruct (Nat.eqb_spec j k) as [->|N].
  - injection H as -> ->. reflexivity.
  - destruct (pull k l) as [[v' q']|]; [|discriminate]. injection H as <- <-.
    cbn [map product fst snd]. rewrite (IH v' q' eq_refl). ring.
Qed.

Lemma total_times : forall (l : list N) (f : N -> K) a,
  total (map (fun v => f v * a) l) = total (map f l) * a.
Proof. intros. induction l; simpl; [ring|]. rewrite IHl. ring. Qed.

Lemma total_plus : forall (l : list N) (f g : N -> K),
  total (map (fun v => f v + g v) l) = total (map f l) + total (map g l).
Proof. intros. induction l; simpl; [ring|]. rewrite IHl. ring. Qed.

Lemma total_single : forall (l : list N) (f : N -> K) v, NoDup l -> In v l ->
  total (map (fun c => if N.eqb c v then f c else 0) l) = f v.
Proof.
  induction l as [|c l IH]; intros f v D H; [easy|]. inversion D; subst. simpl.
  destruct (N.eqb_spec c v) as [->|N].
  - assert (Z : forall l', ~ In v l' -> total (map (fun c => if N.eqb c v then f c else 0) l') = 0).
    { induction l' as [|d l' IH']; simpl; intro A; [reflexivity|].
      destruct (N.eqb_spec d v); [exfalso; auto|]. rewrite IH' by tauto. ring. }
    rewrite Z by assumption. ring.
  - destruct H as [H|H]; [contradiction|]. rewrite IH by assumption. ring.
Qed.

Lemma fixed_mean : forall k values m, distribution k values -> in_range k values m = true ->
  monomial_value m = total (map (fun v => r k v * polynomial_value (fixed k v m)) values).
Proof.
  intros k values [c l] (D & T & _) H. unfold in_range, fixed in *. cbn [fst snd] in *.
  destruct (pull k l) as [[v q]|] eqn:E.
  - apply existsb_exists in H. destruct H as (v' & Hv & E'). apply N.eqb_eq in E'. subst v'.
    unfold monomial_value. cbn [fst snd]. rewrite (pull_spec k l v q E).
    set (x := product (map (fun x => r (fst x) (snd x)) q)).
    transitivity (total (map (fun w => if N.eqb w v then r k w * (of_integer c * x) else 0) values)).
    + rewrite (total_single values (fun w => r k w * (of_integer c * x)) v D Hv). ring.
    + f_equal. apply map_ext. intro w. destruct (N.eqb w v); unfold polynomial_value, monomial_value; cbn; fold x; ring.
  - rewrite total_times, T. unfold polynomial_value. cbn [map total]. ring.
Qed.

Lemma polynomial_mean : forall k values l, distribution k values ->
  forallb (in_range k values) l = true ->
  polynomial_value l = total (map (fun v => r k v * polynomial_value (flat_map (fixed k v) l)) values).
Proof.
  intros k values l D. induction l as [|m l IH]; intro H.
  - unfold polynomial_value at 1. cbn [map total flat_map].
    rewrite total_times. unfold polynomial_value. cbn. ring.
  - cbn [forallb] in H. apply andb_prop in H. destruct H as [H1 H2].
    change (polynomial_value (m :: l)) with (monomial_value m + polynomial_value l).
    rewrite (fixed_mean k values m D H1), IH by exact H2. rewrite <- total_plus.
    f_equal. apply map_ext. intro v. cbn [flat_map]. rewrite polynomial_app. ring.
Qed.

Lemma total_at_most : forall (l : list N) (f g : N -> K), (forall v, nonneg (f v)) ->
  (forall v, In v l -> nonneg (- g v)) -> nonneg (- total (map (fun v => f v * g v) l)).
Proof.
  intros l f g F G. induction l as [|v l IH]; simpl.
  - replace (- (0 : K)) with (0 : K) by ring. apply nonneg_zero.
  - replace (- (f v * g v + total (map (fun v => f v * g v) l)))
      with (f v * - g v + - total (map (fun v => f v * g v) l)) by ring.
    apply nonneg_add; [apply nonneg_mul; auto; apply G; now left|].
    apply IH. intros. apply G. now right.
Qed.

Theorem at_most_zero_spec : forall places l, at_most_zero places l = true ->
  (forall k values, In (k, values) places -> distribution k values) ->
  nonneg (- polynomial_value l).
Proof.
  induction places as [|[k values] places IH]; intros l H D; cbn [at_most_zero] in H;
    apply andb_prop in H; destruct H as [H1 H2].
  - assert (E : polynomial_value l = of_integer (sum_of l)).
    { clear H2. induction l as [|[c q] l IH]; [reflexivity|]. cbn [forallb fst snd] in H1.
      destruct q; [|discriminate]. cbn [sum_of fold_right fst]. rewrite of_integer_add.
      change (polynomial_value ((c, []) :: l)) with (of_integer c * 1 + polynomial_value l).
      fold (sum_of l). rewrite IH by exact H1. ring. }
    rewrite E. apply Z.leb_le in H2. destruct (sum_of l) as [|k|k]; cbn [of_integer].
    + replace (- (0 : K)) with (0 : K) by ring. apply nonneg_zero.
    + lia.
    + replace (- - @of_positive K k) with (@of_positive K k) by ring. apply of_positive_nonneg.
  - assert (Dk := D k values (or_introl eq_refl)). rewrite (polynomial_mean k values l Dk H1).
    apply total_at_most; [apply Dk|]. intros v Hv. rewrite forallb_forall in H2.
    apply IH; auto. intros. apply D. now right.
Qed.

End Vertices.
