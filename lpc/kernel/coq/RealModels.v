(** The real numbers as scalars, integers and a + b√2 within them, and models carried over.

    Only this file uses axioms: those with which Coq's library builds the real numbers. *)

Require Import List Bool PeanoNat NArith ZArith Lia Reals Lra.
From LPC Require Import Scalars Spaces Independence Products Derivations Models.
Import ListNotations.

Definition reals : scalar.
Proof.
  refine (Scalar R 0%R 1%R Rplus Rmult Rminus Ropp (fun a => (0 <= a)%R) _ _ _ _ _ _ _ _ _ _).
  - constructor; intros; ring.
  - lra.
  - intros a. destruct (Req_dec a 0); auto.
  - intros a b H. now apply Rmult_integral.
  - lra.
  - lra.
  - intros; lra.
  - intros; now apply Rmult_le_pos.
  - intros; lra.
  - intros; lra.
Defined.

(** Scalars that are real numbers. *)
Record real_scalars := RealScalars {
  inner :> decidable;
  real : inner -> R;
  real_zero : real zero = 0%R;
  real_one : real one = 1%R;
  real_add : forall a b, real (add a b) = (real a + real b)%R;
  real_mul : forall a b, real (mul a b) = (real a * real b)%R;
  real_nonneg : forall a, nonneg a -> (0 <= real a)%R;
  real_injective : forall a b, real a = real b -> a = b
}.
Arguments real {_} _.

Definition real_integers : real_scalars.
Proof.
  refine (RealScalars decidable_integers IZR _ _ _ _ _ _); simpl.
  - reflexivity.
  - reflexivity.
  - exact plus_IZR.
  - exact mult_IZR.
  - intros a H. now apply IZR_le.
  - exact eq_IZR.
Defined.

(** * a + b√2 *)

Lemma no_rational_root : forall a b : Z, (a * a = 2 * (b * b))%Z -> a = 0%Z /\ b = 0%Z.
Proof.
  assert (H : forall n : nat, forall a b : Z, (Z.abs_nat a <= n)%nat ->
    (a * a = 2 * (b * b))%Z -> a = 0%Z /\ b = 0%Z).
  { induction n as [|n IH]; intros a b L E.
    - assert (a = 0%Z) by lia. subst. nia.
    - destruct (Z.eq_dec a 0) as [->|Na]; [nia|].
      destruct (Z.Even_or_Odd a) as [[c ->]|[c ->]]; [|exfalso; lia].
      assert (E' : (b * b = 2 * (c * c))%Z) by lia.
      assert (Lb : (Z.abs_nat b <= n)%nat).
      { assert (Z.abs b < Z.abs (2 * c))%Z; [|lia].
        apply Z.square_lt_simpl_nonneg; [lia|]. nia. }
      destruct (IH b c Lb E') as [-> ->]. split; lia. }
  intros a b. now apply (H (Z.abs_nat a)).
Qed.

Definition root_value (x : Z * Z) : R := (IZR (fst x) + IZR (snd x) * sqrt 2)%R.

Lemma root_square : (sqrt 2 * sqrt 2 = 2)%R.
Proof. apply sqrt_sqrt. lra. Qed.

Lemma root_zero : forall x, root_value x = 0%R -> x = (0%Z, 0%Z).
Proof.
  intros [a b] H. unfold root_value in H. simpl in H.
  assert (E : (a * a = 2 * (b * b))%Z).
  { apply eq_IZR. rewrite !mult_IZR.
    assert (S := root_square). 
    replace (IZR a) with (- (IZR b * sqrt 2))%R by lra.
    transitivity (IZR b * IZR b * (sqrt 2 * sqrt 2))%R; [ring|]. rewrite S. ring. }
  apply no_rational_root in E. destruct E as [-> ->]. reflexivity.
Qed.

Definition root_add (x y : Z * Z) : Z * Z := ((fst x + fst y)%Z, (snd x + snd y)%Z).
Definition root_opp (x : Z * Z) : Z * Z := ((- fst x)%Z, (- snd x)%Z).
Definition root_sub (x y : Z * Z) : Z * Z := ((fst x - fst y)%Z, (snd x - snd y)%Z).
Definition root_mul (x y : Z * Z) : Z * Z :=
  ((fst x * fst y + 2 * (snd x * snd y))%Z, (fst x * snd y + snd x * fst y)%Z).

Lemma root_add_value : forall x y, root_value (root_add x y) = (root_value x + root_value y)%R.
Proof. intros. unfold root_value, root_add. simpl. rewrite !plus_IZR. ring. Qed.

Lemma root_opp_value : forall x, root_value (root_opp x) = (- root_value x)%R.
Proof. intros. unfold root_value, root_opp. simpl. rewrite !opp_IZR. ring. Qed.

Lemma root_mul_value : forall x y, root_value (root_mul x y) = (root_value x * root_value y)%R.
Proof.
  intros. unfold root_value, root_mul. cbn [fst snd]. rewrite !plus_IZR, !mult_IZR.
  assert (S := root_square).
  transitivity (IZR (fst x) * IZR (fst y) + sqrt 2 * sqrt 2 * (IZR (snd x) * IZR (snd y))
    + (IZR (fst x) * IZR (snd y) + IZR (snd x) * IZR (fst y)) * sqrt 2)%R; [|ring].
  rewrite S. ring.
Qed.

Definition roots : scalar.
Proof.
  refine (Scalar (Z * Z) (0, 0)%Z (1, 0)%Z root_add root_mul root_sub root_opp
    (fun x => (0 <= root_value x)%R) _ _ _ _ _ _ _ _ _ _).
  - constructor; intros; repeat match goal with x : (Z * Z)%type |- _ => destruct x end;
      unfold root_add, root_mul, root_sub, root_opp; cbn [fst snd]; f_equal; ring.
  - discriminate.
  - intros [a b]. destruct (Z.eq_dec a 0), (Z.eq_dec b 0); subst; auto; right; congruence.
  - intros a b H.
    assert (E : (root_value a * root_value b = 0)%R).
    { rewrite <- root_mul_value, H. unfold root_value. simpl. ring. }
    apply Rmult_integral in E. destruct E as [E|E]; apply root_zero in E; auto.
  - unfold root_value. simpl. lra.
  - unfold root_value. simpl. lra.
  - intros a b Ha Hb. rewrite root_add_value. lra.
  - intros a b Ha Hb. rewrite root_mul_value. now apply Rmult_le_pos.
  - intros a. rewrite root_opp_value. lra.
  - intros a Ha Hb. rewrite root_opp_value in Hb. apply root_zero. lra.
Defined.

(** a + b√2 > 0: by the signs of a and b, and of a² − 2b² where they differ. *)
Definition root_positive (x : Z * Z) : bool :=
  let (a, b) := x in
  if Z.leb 0 a && Z.leb 0 b then negb (Z.eqb a 0 && Z.eqb b 0)
  else if Z.leb 0 a then Z.ltb (2 * (b * b)) (a * a)
  else Z.leb 0 b && Z.ltb (a * a) (2 * (b * b)).

Lemma root_positive_spec : forall x, root_positive x = true -> (0 < root_value x)%R.
Proof.
  intros [a b] H. unfold root_positive in H. unfold root_value. simpl.
  assert (S := root_square). assert (P : (0 < sqrt 2)%R) by (apply sqrt_lt_R0; lra).
  destruct (Z.leb_spec 0 a) as [Ha|Ha]; cbn [andb] in H.
  - destruct (Z.leb_spec 0 b) as [Hb|Hb].
    + apply IZR_le in Ha. apply IZR_le in Hb.
      assert (0 <= IZR b * sqrt 2)%R by (apply Rmult_le_pos; lra).
      assert (G : (0 <= IZR a + IZR b * sqrt 2)%R) by lra.
      destruct (Rle_lt_or_eq_dec _ _ G) as [L|E]; [exact L|].
      assert (Z0 : (a, b) = (0, 0)%Z) by (apply root_zero; exact (eq_sym E)).
      injection Z0 as -> ->. discriminate.
    + apply Z.ltb_lt in H. apply IZR_lt in H. rewrite !mult_IZR in H. apply IZR_le in Ha.
      apply IZR_lt in Hb.
      assert (L : (- (IZR b * sqrt 2) < IZR a)%R); [|lra].
      apply Rsqr_incrst_0; [|nra|lra]. unfold Rsqr.
      replace (- (IZR b * sqrt 2) * - (IZR b * sqrt 2))%R
        with (IZR b * IZR b * (sqrt 2 * sqrt 2))%R by ring. rewrite S. lra.
  - apply andb_prop in H. destruct H as [Hb H]. apply Z.leb_le in Hb.
    apply Z.ltb_lt in H. apply IZR_lt in H. rewrite !mult_IZR in H. apply IZR_lt in Ha.
    apply IZR_le in Hb.
    assert (L : (- IZR a < IZR b * sqrt 2)%R); [|lra].
    apply Rsqr_incrst_0; [|lra|apply Rmult_le_pos; lra]. unfold Rsqr.
    replace (IZR b * sqrt 2 * (IZR b * sqrt 2))%R
      with (IZR b * IZR b * (sqrt 2 * sqrt 2))%R by ring. rewrite S. lra.
Qed.

Definition decidable_roots : decidable.
Proof.
  refine (Decidable roots (fun x => Z.eqb (fst x) 0 && Z.eqb (snd x) 0) root_positive _ _).
  - intros [a b]. simpl. rewrite andb_true_iff, !Z.eqb_eq. split.
    + intros [-> ->]. reflexivity.
    + intro H. now injection H.
  - intros x H. apply root_positive_spec in H. simpl. split; [lra|].
    intros ->. unfold root_value in H. simpl in H. lra.
Defined.

Definition real_roots : real_scalars.
Proof.
  refine (RealScalars decidable_roots root_value _ _ root_add_value root_mul_value _ _); simpl.
  - unfold root_value. simpl. ring.
  - unfold root_value. simpl. ring.
  - auto.
  - intros a b H.
    assert (E : root_value (root_sub a b) = 0%R).
    { unfold root_value, root_sub in *. simpl. rewrite !minus_IZR. lra. }
    apply root_zero in E. destruct a, b. unfold root_sub in E. simpl in E.
    injection E as E1 E2. f_equal; lia.
Defined.

(** * From a model to a normalised real distribution *)

Section Real.

Context (K : real_scalars).
Variable m : model K.
Hypothesis W : well_formed m = true.

Local Notation M := (model_space m W).
Local Notation T := (real (total (map fst (outcomes M)))).

Lemma real_total_positive : (0 < T)%R.
Proof.
  assert (P : (0 <= T)%R).
  { apply real_nonneg. assert (H := weights_nonneg K numbers M).
    induction (outcomes M) as [|[w o] l IH]; simpl; [apply nonneg_zero|].
    apply nonneg_add; [apply (H w o); now left|]. apply IH. intros w' o' I. apply (H w' o'). now right. }
  destruct (Rle_lt_or_eq_dec 0 T P) as [L|E]; [exact L|].
  exfalso. apply (weight_nonzero K numbers M). apply (real_injective K). rewrite real_zero. now symmetry.
Qed.

Definition normalised_outcomes : list (reals * @point numbers) :=
  map (fun r => ((real (fst r) / T)%R, snd r)) (outcomes M).

Lemma real_weigh : forall f,
  (@weigh reals numbers normalised_outcomes f * T = real (pr M f))%R.
Proof.
  intro f. assert (P := real_total_positive). unfold normalised_outcomes, pr, weigh.
  set (t := T) in *. clearbody t.
  induction (outcomes M) as [|[w o] l IH]; simpl.
  - rewrite real_zero. ring.
  - rewrite real_add, <- IH. destruct (f o); simpl; [|rewrite real_zero; ring]. field. lra.
Qed.

Lemma real_total : @total reals (map fst normalised_outcomes) = 1%R.
Proof.
  assert (P := real_total_positive). assert (H := real_weigh (fun _ => true)).
  unfold pr, weigh in H. simpl in H.
  apply (Rmult_eq_reg_r T); [|lra]. rewrite Rmult_1_l. exact H.
Qed.

Definition real_space : space reals numbers.
Proof.
  refine (@Space reals numbers normalised_outcomes (alphabet M) _ _ _ (alphabet_nodup K numbers M)).
  - intros w o H. apply in_map_iff in H. destruct H as ([w' o'] & E & H). injection E as <- <-.
    simpl. apply Rmult_le_pos.
    + apply real_nonneg. exact (weights_nonneg K numbers M w' o' H).
    + apply Rlt_le, Rinv_0_lt_compat, real_total_positive.
  - intro E. assert (H : (1 = 0)%R) by exact (eq_trans (eq_sym real_total) E). lra.
  - intros w o i H. apply in_map_iff in H. destruct H as ([w' o'] & E & H). injection E as _ <-.
    exact (alphabet_complete K numbers M w' o' i H).
Defined.

Lemma real_pr : forall f, (pr real_space f * T = real (pr M f))%R.
Proof. exact real_weigh. Qed.

Lemma real_prod : forall l u, (prod real_space l u * T ^ length l = real (prod M l u))%R.
Proof.
  intros l u. induction l as [|s l IH].
  - simpl. unfold prod. simpl. rewrite real_one. ring.
  - change (prod real_space (s :: l) u) with (p real_space s u * prod real_space l u)%R.
    change (prod M (s :: l) u) with (mul (p M s u) (prod M l u)).
    rewrite real_mul, <- IH. unfold p. rewrite <- real_pr. simpl. ring.
Qed.

Lemma real_nonzero : forall s u, p real_space s u <> 0%R <-> p M s u <> zero.
Proof.
  intros s u. assert (P := real_total_positive). assert (E := real_pr (agrees s u)). unfold p.
  split; intros H Z; apply H.
  - rewrite Z, real_zero in E. apply (Rmult_eq_reg_r T); [|lra]. rewrite E. ring.
  - rewrite Z in E. apply (real_injective K). rewrite real_zero, <- E. ring.
Qed.

Lemma square_scaled : forall f g h k,
  (pr real_space f * pr real_space g = pr real_space h * pr real_space k)%R <->
  mul (pr M f) (pr M g) = mul (pr M h) (pr M k).
Proof.
  intros f g h k. assert (P := real_total_positive).
  assert (Ef := real_pr f). assert (Eg := real_pr g). assert (Eh := real_pr h).
  assert (Ek := real_pr k). split; intro H.
  - apply (real_injective K). rewrite !real_mul, <- Ef, <- Eg, <- Eh, <- Ek.
    transitivity (pr real_space f * pr real_space g * T * T)%R; [ring|]. rewrite H. ring.
  - apply (f_equal real) in H. rewrite !real_mul, <- Ef, <- Eg, <- Eh, <- Ek in H.
    apply (Rmult_eq_reg_r (T * T)); [|nra].
    transitivity (pr real_space f * T * (pr real_space g * T))%R; [ring|]. rewrite H. ring.
Qed.

Lemma lengths : forall l r : list factor,
  length (numerators l ++ conditions r) = length (numerators r ++ conditions l).
Proof.
  intros. unfold numerators, conditions. rewrite !app_length, !map_length. apply Nat.add_comm.
Qed.

Theorem real_holds : forall s, holds real_space s <-> holds M s.
Proof.
  assert (P := real_total_positive).
  intros [x y z|l r|s]; simpl.
  - split; intros H u v t; specialize (H u v t); now apply square_scaled.
  - assert (E : forall u,
      (prod real_space (numerators l) u * prod real_space (conditions r) u =
       prod real_space (numerators r) u * prod real_space (conditions l) u)%R <->
      mul (prod M (numerators l) u) (prod M (conditions r) u) =
      mul (prod M (numerators r) u) (prod M (conditions l) u)).
    { intro u. change Rmult with (@mul reals). rewrite <- !prod_app.
      assert (A := real_prod (numerators l ++ conditions r) u).
      assert (B := real_prod (numerators r ++ conditions l) u).
      rewrite (lengths l r) in A.
      set (n := length (numerators r ++ conditions l)) in *.
      assert (Tn : (T ^ n <> 0)%R) by (apply pow_nonzero; lra).
      split; intro H.
      - apply (real_injective K). rewrite <- A, <- B. now rewrite H.
      - apply (Rmult_eq_reg_r (T ^ n)); [|exact Tn]. rewrite A, B. now rewrite H. }
    split; intros H u Hu C; apply E; apply H; auto; intros s Hs; apply real_nonzero; now apply C.
  - split; intros H u Hu; apply real_nonzero; now apply H.
Qed.

(** The distribution that the data of a model describe. *)
Definition described_by (N : space reals numbers) : Prop :=
  outcomes N = map (fun r => ((real (snd r) / real (unit m))%R, value_of (fst r))) (rows m)
  /\ (forall i, alphabet N i = alphabet_of m i)
  /\ @total reals (map fst (outcomes N)) = 1%R.

Lemma real_space_described : described_by real_space.
Proof.
  unfold described_by. split; [|split].
  - simpl. unfold normalised_outcomes.
    change (total (map fst (outcomes M))) with (total (map fst (weighted m))).
    rewrite (total_unit m W). change (outcomes M) with (weighted m). unfold weighted.
    rewrite map_map. reflexivity.
  - reflexivity.
  - exact real_total.
Qed.

End Real.

Arguments described_by {_} _ _.

(** Statements that all hold in a model, and groups of which some statement fails. *)
Definition model_checks {K : real_scalars} (m : model K) (true_ones : list statement)
    (false_groups : list (list statement)) : bool :=
  well_formed m && forallb (decide m) true_ones
  && forallb (fun g => negb (forallb (decide m) g)) false_groups.

Theorem model_sound : forall (K : real_scalars) (m : model K) true_ones false_groups,
  model_checks m true_ones false_groups = true ->
  exists N : space reals numbers, described_by m N
    /\ (forall s, In s true_ones -> holds N s)
    /\ (forall g, In g false_groups -> ~ forall s, In s g -> holds N s).
Proof.
  intros K m yes no H. unfold model_checks in H. apply andb_prop in H. destruct H as [H Hn].
  apply andb_prop in H. destruct H as [W Hy]. rewrite forallb_forall in Hy, Hn.
  exists (real_space K m W). split; [apply real_space_described|]. split.
  - intros s Hs. apply real_holds, decide_spec. auto.
  - intros g Hg G. specialize (Hn g Hg). apply negb_true_iff, not_true_iff_false in Hn.
    apply Hn, forallb_forall. intros s Hs. apply (decide_spec m W), (real_holds K m W). auto.
Qed.
